import Machines
import Testing

@testable import Softswitch

@Suite("XML, as far as state documents need it")
struct XMLTests {
  private func pieces(_ text: String) throws -> [XMLScanner.Piece] {
    var scanner = XMLScanner(Array(text.utf8))
    var pieces: [XMLScanner.Piece] = []
    while let piece = try scanner.next() { pieces.append(piece) }
    return pieces
  }

  @Test("Elements, attributes, text, comments and CDATA are read, prefixes cut off")
  func read() throws {
    let text =
      "<?xml version='1.0'?><!-- x --><a:b c=\"1&amp;2\" d='&#x41;'>t<e/><![CDATA[<f>]]></a:b >\n"
    #expect(
      try pieces(text) == [
        .start("b", attributes: ["c": "1&2", "d": "A"]), .text("t"), .start("e", attributes: [:]),
        .end("e"), .text("<f>"), .end("b"),
      ])
  }

  @Test(
    "What is no well-formed document is refused",
    arguments: [
      "", "text", "<a>", "<a></b>", "<a/><b/>", "<a b/>", "<a b=c/>", "<a b='<'/>",
      "<a b='1' b='2'/>",
      "<a>&nope;</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&amp</a>", "</a>", "<a", "<a b='",
      "<!-- <a/>", "<a><![CDATA[</a>", "<1a/>", "<a/>x", "<a b='1'c='2'/>",
    ])
  func malformed(text: String) {
    #expect(throws: XMLFault.malformed) { try pieces(text) }
  }

  @Test("No document type, no depth, no number of elements without end")
  func bounded() {
    #expect(throws: XMLFault.documentType) {
      try pieces("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    }
    #expect(throws: XMLFault.tooDeep) { try pieces(String(repeating: "<a>", count: 17)) }
    #expect(throws: XMLFault.tooMany) {
      try pieces("<a>" + String(repeating: "<b/>", count: 256) + "</a>")
    }
  }

  @Test("Every cut and every changed byte of a document ends without a trap")
  func damaged() {
    let whole = Array(pidf("open", of: "sip:bob@example.test", activity: "<r:away/>").utf8)
    for length in whole.indices { _ = try? PublishedPresence(Array(whole[..<length])) }
    var random = SeededGenerator(seed: 4)
    for _ in 0..<5000 {
      var bytes = whole
      bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      _ = try? PublishedPresence(bytes)
    }
  }

  @Test("What is written is read again, whatever it holds")
  func written() throws {
    let nasty = "<a href=\"x\">&'\u{1}\u{7}é"
    var xml = XMLWriter()
    xml.element("root", [("name", nasty)]) { $0.element("child", text: nasty) }
    let clean = "<a href=\"x\">&'  é"
    #expect(
      try pieces(xml.text) == [
        .start("root", attributes: ["name": clean]), .start("child", attributes: [:]),
        .text(clean), .end("child"), .end("root"),
      ])
  }

  @Test("A presence document is read as RFC 3863 §4 has it")
  func presence() throws {
    let text = pidf("open", of: "sip:bob@example.test", activity: "<r:away/><r:meeting/>")
    let read = try PublishedPresence(Array(text.utf8))
    #expect(read.tuples == [PresenceTuple(isOpen: true, contact: nil, notes: ["At <home>"])])
    #expect(read.activities == ["away", "meeting"])
    #expect(throws: XMLFault.malformed) { try PublishedPresence(Array("<other/>".utf8)) }
  }

  @Test("A registration's document names its contacts: RFC 3680 §5")
  func registration() throws {
    let now = WallTime(nanoseconds: 1_000_000_000_000)
    let binding = Binding(
      contact: "sip:bob@192.0.2.2;x=\"1\"", expiresAt: now + .seconds(60), callID: "c", cseq: 3,
      flow: BindingFlow(
        transport: .udp, remote: .init(.v4(0xC000_0202), 5060), listener: "udp"),
      registeredAt: now)
    let bob = AddressOfRecord(user: "bob", domain: "example.test")
    let text = registrationDocument(RegistrationState([binding], at: now), of: bob, version: 2)
    let pieces = try pieces(text)
    #expect(pieces.contains(.text("sip:bob@192.0.2.2;x=\"1\"")))
    guard case .start("contact", let attributes) = pieces[2] else {
      Issue.record("\(pieces)")
      return
    }
    #expect(attributes["state"] == "active")
    #expect(attributes["expires"] == "60")
    let none = registrationDocument(RegistrationState([], at: now), of: bob, version: 3)
    #expect(none.contains("state=\"terminated\""))
  }
}
