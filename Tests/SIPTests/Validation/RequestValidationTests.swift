import SIP
import Testing

struct RequestValidationTests {
  private let validation = RequestValidation(supportedExtensions: ["timer", "100rel"])

  private func verdict(_ text: String) throws -> RequestVerdict {
    validation.verdict(on: try SIPMessage(SampleMessage.bytes(text)))
  }

  private func rejection(_ reason: String) -> RequestVerdict {
    .reject(status: 400, reason: reason, headers: [])
  }

  @Test("A well-formed request goes on")
  func accepted() throws {
    #expect(validation.verdict(on: try SIPMessage(SampleMessage.invite)) == .accept)
    #expect(validation.verdict(on: try SIPMessage(SampleMessage.options())) == .accept)
  }

  private static let head = """
    OPTIONS sip:node.example.com SIP/2.0
    Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
    From: <sip:a@example.com>;tag=1
    To: <sip:b@example.com>
    Call-ID: 1
    CSeq: 1 OPTIONS
    Max-Forwards: 70
    Content-Length: 0


    """

  @Test(
    "A faulty request is told what is wrong with it (RFC 3261 §8.1.1, §20, §21.4.1)",
    arguments: [
      ("From: <sip:a@example.com>;tag=1\n", "", "Missing From Header"),
      ("Call-ID: 1\n", "", "Missing Call-ID Header"),
      ("To: <sip:b@example.com>\n", "", "Missing To Header"),
      ("CSeq: 1 OPTIONS\n", "", "Missing CSeq Header"),
      ("1 OPTIONS", "1 INVITE", "Malformed CSeq Header"),
      ("1 OPTIONS", "2147483648 OPTIONS", "Malformed CSeq Header"),
      ("Call-ID: 1\n", "Call-ID: 1 2\n", "Malformed Call-ID Header"),
      ("Call-ID: 1\n", "Call-ID: 1\ni: 1\n", "Repeated Call-ID Header"),
      ("<sip:b@example.com>", "\"b <sip:b@example.com>", "Malformed To Header"),
      ("<sip:a@example.com>", "a, b <sip:a@example.com>", "Malformed From Header"),
      ("SIP/2.0/UDP", "SIP/2.0UDP", "Malformed Via Header"),
      ("Forwards: 70", "Forwards: 300", "Malformed Max-Forwards Header"),
      ("Length: 0", "Length: -1", "Malformed Content-Length Header"),
      ("Length: 0", "Length: 9", "Content-Length Larger Than Body"),
      ("Length: 0\n", "Length: 0\nContact: sip:a?b=c\n", "Malformed Contact Header"),
      ("Length: 0\n", "Length: 0\nRoute: <sip:a;>\n", "Malformed Route Header"),
      ("Length: 0\n", "Length: 0\nno colon\n", "Malformed Header Line"),
      ("Length: 0\n", "Length: 0\nbad name: x\n", "Malformed Header Line"),
      ("Length: 0\n", "Length: 0\n: x\n", "Malformed Header Line"),
      ("Length: 0\n\n", "Length: 0\n", "No Empty Line After Headers"),
      ("sip:node.example.com", "<sip:node.example.com>", "Malformed Request-URI"),
      ("sip:node.example.com", "sip:node.example.com; lr", "Malformed Request-Line"),
      ("sip:node.example.com ", "sip:node.example.com  ", "Malformed Request-Line"),
      ("sip:node.example.com ", "", "Malformed Request-Line"),
      ("sip:node.example.com", "sip:node.example.com?Route=a", "Headers In Request-URI"),
    ])
  func rejected(part: String, replacement: String, reason: String) throws {
    #expect(try verdict(Self.head) == .accept)
    let text = Self.head.replacing(part, with: replacement, maxReplacements: 1)
    #expect(try verdict(text) == rejection(reason))
  }

  @Test("Another version, scheme or extension has its own status (RFC 3261 §21)")
  func otherStatuses() throws {
    #expect(
      try verdict(Self.head.replacing("SIP/2.0\n", with: "SIP/7.0\n"))
        == .reject(status: 505, reason: nil, headers: []))
    #expect(
      try verdict(Self.head.replacing("sip:node", with: "nobodyKnowsThisScheme:node"))
        == .reject(status: 416, reason: nil, headers: []))
    #expect(
      try verdict(Self.head.replacing("Max", with: "Require: Timer, odd\nRequire: more\nMax"))
        == .reject(
          status: 420, reason: nil, headers: [HeaderField(.unsupported, "odd, more")]))
    #expect(
      try verdict(Self.head.replacing("Max", with: "Proxy-Require: odd\nMax"))
        == .reject(status: 420, reason: nil, headers: [HeaderField(.unsupported, "odd")]))
    #expect(
      try verdict(
        Self.head.replacing("OPTIONS", with: "CANCEL").replacing("Max", with: "Require: odd\nMax"))
        == .accept)
  }

  @Test("Lines that do not end in CRLF are refused, not guessed at (RFC 3261 §7)")
  func lineEnds() throws {
    let stray = SampleMessage.options("Subject: a\rb")
    #expect(
      validation.verdict(on: try SIPMessage(stray)) == rejection("Line Not Ended By CRLF"))
    let bare = Array(Self.head.utf8)
    let message = try SIPMessage(bare)
    #expect(message.callID == "1")
    #expect(validation.verdict(on: message) == rejection("Line Not Ended By CRLF"))
  }

  @Test("A rejected request can be answered")
  func answerable() throws {
    let message = try SIPMessage(SampleMessage.bytes(Self.head.replacing("\n\n", with: "\n")))
    let answer = try SIPMessage(
      MessageWriter.response(to: message, status: 400, reason: "x", toTag: "t").finish())
    #expect(answer.topVia?.branch == "z9hG4bK1")
    #expect(answer.toTag == "t")
    #expect(validation.verdict(on: answer) == .accept)
  }

  @Test("Silence answers a faulty ACK, a faulty response and a request without Via")
  func silence() throws {
    let ack = Self.head.replacing("OPTIONS", with: "ACK")
    #expect(try verdict(ack) == .accept)
    #expect(try verdict(ack.replacing("Call-ID: 1\n", with: "")) == .drop)
    #expect(
      try verdict(Self.head.replacing("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n", with: ""))
        == .drop)
    let response = Self.head.replacing("OPTIONS sip:node.example.com SIP/2.0", with: "SIP/2.0 200 ")
    #expect(try verdict(response) == .accept)
    #expect(try verdict(response.replacing("1 OPTIONS", with: "9999999999999 OPTIONS")) == .drop)
    #expect(try verdict(response.replacing("Length: 0", with: "Length: 4")) == .drop)
  }

  @Test("What is beyond a limit is refused")
  func limits() throws {
    let limits = SIPLimits(headerLines: 10, headerBytes: 100, vias: 3)
    let tight = RequestValidation(supportedExtensions: [], limits: limits)
    func verdict(_ lines: String) throws -> RequestVerdict {
      tight.verdict(on: try SIPMessage(SampleMessage.options(lines), limits: limits))
    }
    #expect(try verdict("") == .accept)
    #expect(
      try verdict("Via: SIP/2.0/UDP a, SIP/2.0/UDP b, SIP/2.0/UDP c")
        == rejection("Too Many Via Values"))
    #expect(
      try verdict("X: " + String(repeating: "x", count: 100)) == rejection("Header Too Long"))
    #expect(
      try verdict((0..<5).map { "X: \($0)" }.joined(separator: "\n"))
        == rejection("Too Many Headers"))
  }
}
