import Addressing
import Machines
import SIP
import Testing

struct MessageEditTests {
  @Test("An edited message is what its bytes parse to, whatever the edits")
  func editsAgreeWithParsing() throws {
    for seed in UInt64(0)..<300 {
      var random = SeededGenerator(seed: seed)
      var message = try SIPMessage(SampleMessage.invite)
      for _ in 0..<12 {
        edit(&message, with: &random)
        let again = try SIPMessage(message.bytes)
        #expect(again.fields == message.fields, "seed \(seed)")
        #expect(again.bytes == message.bytes, "seed \(seed)")
        #expect(again.body == message.body, "seed \(seed)")
        #expect(again.requestURIText == message.requestURIText, "seed \(seed)")
      }
    }
  }

  private func edit(_ message: inout SIPMessage, with random: inout SeededGenerator) {
    let names: [HeaderName] = [
      .via, .route, .subject, .contact, HeaderName("X-Made-Up"), .supported, .maxForwards,
    ]
    let name = names.randomElement(using: &random) ?? .via
    let words = ["", "a", "a, b", " SIP/2.0/UDP h;branch=2, x", "long " + String(name.hashValue)]
    let value = words.randomElement(using: &random) ?? ""
    switch UInt8.random(in: 0..<8, using: &random) {
    case 0: message.set(name, value)
    case 1: message.append(name, value)
    case 2: message.insertFirst(name, value)
    case 3: message.removeFirstElement(name)
    case 4: message.removeAll(name)
    case 5: message.setRequestURI("sip:" + String(repeating: "u", count: value.count) + "@h")
    case 6: message.setBody(Array(value.utf8), contentType: value.isEmpty ? nil : "text/plain")
    default: message.stampReceived(from: IPEndpoint(.v4(0xC000_0201), 5062))
    }
  }

  @Test("What is not edited stays byte for byte")
  func untouched() throws {
    var message = try SIPMessage(SampleMessage.invite)
    message.set(.maxForwards, "69")
    let text = SampleMessage.inviteText.replacing("Max-Forwards: 70", with: "Max-Forwards: 69")
    #expect(message.bytes == SampleMessage.bytes(text).dropLast())
  }

  @Test("Rows go where they are told")
  func places() throws {
    var message = try SIPMessage(SampleMessage.invite)
    message.insertFirst(.via, "SIP/2.0/UDP top")
    message.insertFirst(.recordRoute, "<sip:proxy;lr>")
    message.append(.via, "SIP/2.0/UDP last")
    message.set(.subject, "new")
    #expect(message.fields.first == HeaderField(.recordRoute, "<sip:proxy;lr>"))
    #expect(message.vias.map(\.host) == ["top", "pc33.atlanta.example.com", "last"])
    #expect(message.fields.last == HeaderField(.subject, "new"))
  }

  @Test("The first element leaves its list, and the row with the last one")
  func removeFirst() throws {
    var message = try SIPMessage(
      SampleMessage.options("Route: <sip:one,1;lr>, <sip:two;lr>\nRoute: <sip:three>"))
    message.removeFirstElement(.route)
    #expect(message.rows(.route) == ["<sip:two;lr>", "<sip:three>"])
    message.removeFirstElement(.route)
    #expect(message.rows(.route) == ["<sip:three>"])
    message.removeFirstElement(.route)
    message.removeFirstElement(.route)
    #expect(!message.contains(.route))
  }

  @Test("A value brings no line of its own")
  func injection() throws {
    var message = try SIPMessage(SampleMessage.invite)
    message.set(.subject, "a\r\nX-Evil: 1\r\n\r\nbody\u{0}")
    message.append(HeaderName("X-A\r\nX-B"), "1")
    message.setRequestURI("sip:a@b SIP/2.0\r\nX-Evil: 1")
    let again = try SIPMessage(message.bytes)
    #expect(again.firstValue(.subject) == "a  X-Evil: 1    body")
    #expect(!again.contains(HeaderName("X-Evil")))
    #expect(again.requestURIText == "sip:a@b%20SIP/2.0%20%20X-Evil:%201")
  }

  @Test("A new body brings its length and type, and none takes the type away")
  func body() throws {
    var message = try SIPMessage(SampleMessage.invite)
    message.setBody(Array("hello".utf8), contentType: "text/plain")
    #expect(message.contentType == "text/plain")
    #expect(message.firstValue(.contentLength) == "5")
    message.setBody([], contentType: nil)
    #expect(!message.contains(.contentType))
    #expect(message.rows(.contentLength) == ["0"])
    #expect(message.body.isEmpty)
  }

  @Test(
    "The top Via learns where the request came from (RFC 3261 §18.2.1, RFC 3581 §4)",
    arguments: [
      ("SIP/2.0/UDP h;branch=1", "SIP/2.0/UDP h;branch=1;received=192.0.2.9"),
      ("SIP/2.0/UDP 192.0.2.9;branch=1", "SIP/2.0/UDP 192.0.2.9;branch=1"),
      (
        "SIP/2.0/UDP 192.0.2.9;rport;branch=1",
        "SIP/2.0/UDP 192.0.2.9;rport=5099;branch=1;received=192.0.2.9"
      ),
      (
        "SIP/2.0/UDP 10.1.1.1:5060;rport;branch=1, SIP/2.0/UDP x",
        "SIP/2.0/UDP 10.1.1.1:5060;rport=5099;branch=1;received=192.0.2.9, SIP/2.0/UDP x"
      ),
      (
        "SIP/2.0/UDP 10.1.1.1;received=203.0.113.7",
        "SIP/2.0/UDP 10.1.1.1;received=192.0.2.9"
      ),
      ("SIP/2.0/UDP 192.0.2.9;received=203.0.113.7", "SIP/2.0/UDP 192.0.2.9"),
      ("SIP/2.0/UDP 192.0.2.9;received;branch=1", "SIP/2.0/UDP 192.0.2.9;branch=1"),
      (
        "SIP/2.0/UDP h;Rport=1;rport=2;RECEIVED=::1;branch=1, x",
        "SIP/2.0/UDP h;rport=5099;rport=2;branch=1;received=192.0.2.9, x"
      ),
      (
        "SIP/2.0/UDP h\n ;rport;branch=1\n , SIP/2.0/UDP x",
        "SIP/2.0/UDP h;rport=5099;branch=1;received=192.0.2.9 , SIP/2.0/UDP x"
      ),
      ("nonsense", "nonsense"),
    ])
  func stamp(via: String, stamped: String) throws {
    var message = try SIPMessage(
      SampleMessage.bytes("OPTIONS sip:a SIP/2.0\nVia: \(via)\nVia: SIP/2.0/UDP below\n\n"))
    message.stampReceived(from: try #require(IPEndpoint("192.0.2.9:5099")))
    #expect(message.rows(.via) == [stamped, "SIP/2.0/UDP below"])
  }
}
