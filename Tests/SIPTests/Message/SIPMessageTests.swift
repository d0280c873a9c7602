import SIP
import Testing

struct SIPMessageTests {
  @Test("A request gives its parts (RFC 3261 §7.1)")
  func request() throws {
    let message = try SIPMessage(SampleMessage.invite)
    #expect(message.kind == .request(.invite))
    #expect(message.requestURIText == "sip:bob@biloxi.example.com")
    #expect(message.topVia?.branch == "z9hG4bKnashds8")
    #expect(message.topVia?.rport == .requested)
    #expect(message.maxForwards == 70)
    #expect(message.from?.displayName == "Alice, the \"A\"")
    #expect(message.fromTag == "1928301774")
    #expect(message.to?.displayName == "Bob")
    #expect(message.toTag == nil)
    #expect(message.callID == "a84b4c76e66710@pc33.atlanta.example.com")
    #expect(message.cSeq == CSeq(314_159, .invite))
    #expect(message.contacts.map(\.uri.text) == ["sip:alice@pc33.atlanta.example.com"])
    #expect(message.lists("TIMER", in: .supported))
    #expect(!message.lists("time", in: .supported))
    #expect(message.contentType == "application/sdp")
    #expect(Array(message.body) == Array("v=0\r\ns=".utf8))
    #expect(message.statusCode == 0)
  }

  @Test("A response gives its parts (RFC 3261 §7.2)")
  func response() throws {
    let message = try SIPMessage(
      SampleMessage.bytes("SIP/2.0 486 Busy Here, öffentlich\nCSeq: 7 BYE\n\n"))
    #expect(message.kind == .response(486))
    #expect(message.reasonPhrase == "Busy Here, öffentlich")
    #expect(message.method == .bye)
    #expect(message.requestURI == nil)
  }

  @Test(
    "A response's reason phrase may be empty (RFC 4475 §3.1.1.13)",
    arguments: ["SIP/2.0 100 \n\n", "SIP/2.0 100\n\n", "sip/2.0 100 \n\n"])
  func emptyReason(text: String) throws {
    let message = try SIPMessage(SampleMessage.bytes(text))
    #expect(message.statusCode == 100)
    #expect(message.reasonPhrase.isEmpty)
  }

  @Test("Folds, compact names, spaces before the colon and lists read alike (RFC 3261 §7.3.1)")
  func headerForms() throws {
    let message = try SIPMessage(
      SampleMessage.bytes(
        """
        OPTIONS sip:a@b SIP/2.0
        v : SIP/2.0/UDP one;branch=1 , SIP/2.0/TCP
         two ;branch=2
        Via: SIP/2.0/UDP three;branch="3, 3"
        SUBJECT:
         folded  \t
        \t twice
        k:
        X-Custom: "a, b", <sip:c,d>, (e, f) g,, h
        x-custom: i

        """ + "\n"))
    #expect(message.vias.map(\.host) == ["one", "two", "three"])
    #expect(message.vias.map(\.branch) == ["1", "2", "3, 3"])
    #expect(message.firstValue(.subject) == "folded twice")
    #expect(message.rows(.supported) == [""])
    #expect(message.elements(.supported).isEmpty)
    #expect(message.rowCount(HeaderName("X-CUSTOM")) == 2)
    #expect(
      message.elements(HeaderName("x-Custom"))
        == ["\"a, b\"", "<sip:c,d>", "(e, f) g", "h", "i"])
    #expect(message.fields.map(\.name.canonicalName).contains("X-Custom"))
    #expect(message.fields.count == 6)
  }

  @Test("Bytes behind Content-Length are no part of a datagram's message (RFC 3261 §18.3)")
  func surplus() throws {
    let message = try SIPMessage(SampleMessage.invite + Array("INVITE sip:x SIP/2.0".utf8))
    #expect(message.bytes.count == SampleMessage.invite.count - 1)
    #expect(message.body.count == 7)
  }

  @Test("Without Content-Length a datagram's body reaches to its end (RFC 3261 §18.3)")
  func noContentLength() throws {
    let message = try SIPMessage(SampleMessage.bytes("MESSAGE sip:a@b SIP/2.0\n\nhello"))
    #expect(Array(message.body) == Array("hello".utf8))
  }

  @Test("Line ends before the start line are skipped (RFC 3261 §7.5)")
  func leadingLineEnds() throws {
    let message = try SIPMessage([13, 10, 13, 10] + SampleMessage.invite)
    #expect(message.kind == .request(.invite))
    #expect(message.bytes.first == UInt8(ascii: "I"))
  }

  @Test(
    "What cannot be answered is an error",
    arguments: [
      ("", SIPParseError.empty), ("\n\n", .empty), ("GET / HTTP/1.1\n\n", .notSIP),
      ("INVITE\n\n", .notSIP), ("INVITE sip:a@b\n\n", .notSIP),
      (" INVITE sip:a SIP/2.0\n\n", .notSIP), ("IN@VITE sip:a SIP/2.0\n\n", .notSIP),
      ("SIP/2.0 4294967301 better not break\n\n", .malformedStatusLine),
      ("SIP/2.0 99 x\n\n", .malformedStatusLine), ("SIP/2.0 700 x\n\n", .malformedStatusLine),
      ("SIP/7.0 200 OK\n\n", .malformedStatusLine), ("SIP/2.0 2x0 OK\n\n", .malformedStatusLine),
    ])
  func unreadable(text: String, error: SIPParseError) {
    #expect(throws: error) { try SIPMessage(SampleMessage.bytes(text)) }
  }

  @Test("A message beyond the limit is an error")
  func tooLarge() {
    #expect(throws: SIPParseError.tooLarge) {
      try SIPMessage(SampleMessage.invite, limits: SIPLimits(messageBytes: 100))
    }
  }

  @Test("Unknown methods and schemes are kept (RFC 3261 §7.1, RFC 4475 §3.1.1.2)")
  func unknownMethod() throws {
    let message = try SIPMessage(
      SampleMessage.bytes("!odd%Method'~ soap.beep://192.0.2.103:3002 SIP/2.0\n\n"))
    #expect(message.method.name == "!odd%Method'~")
    #expect(message.method != .invite)
    #expect(
      message.requestURI == .other(scheme: "soap.beep", text: "soap.beep://192.0.2.103:3002"))
    #expect(SIPMethod("invite") != .invite)
    #expect(SIPMethod("INVITE") == .invite)
  }

  @Test(
    "Every known method is told from its neighbours",
    arguments: [
      SIPMethod.invite, .ack, .bye, .cancel, .options, .register, .info, .update, .prack, .message,
      .subscribe, .notify, .refer, .publish,
    ])
  func methods(method: SIPMethod) throws {
    let message = try SIPMessage(SampleMessage.bytes("\(method) sip:a@b SIP/2.0\n\n"))
    #expect(message.method == method)
    #expect(SIPMethod(method.name) == method)
    let other = String(method.name.dropLast()) + "X"
    #expect(SIPMethod(other) != method)
    #expect(SIPMethod(other).name == other)
  }

  @Test("More lines than fit the inline index are found too")
  func manyLines() throws {
    let lines = (0..<100).map { "X-\($0): \($0)" }.joined(separator: "\n")
    var message = try SIPMessage(SampleMessage.options(lines))
    for number in 0..<100 {
      #expect(message.firstValue(HeaderName("x-\(number)")) == "\(number)")
    }
    for number in stride(from: 0, to: 100, by: 2) { message.removeAll(HeaderName("X-\(number)")) }
    #expect(try SIPMessage(message.bytes).fields == message.fields)
    #expect(message.firstValue(HeaderName("X-99")) == "99")
    #expect(message.fields.count == 56)
  }

  @Test("Names compare without case and equal their compact forms (RFC 3261 §7.3.3)")
  func names() {
    #expect(HeaderName("CALL-ID") == .callID)
    #expect(HeaderName("i") == .callID)
    #expect(HeaderName("I").canonicalName == "Call-ID")
    #expect(HeaderName("X-One") == HeaderName("x-one"))
    #expect(HeaderName("X-One").hashValue == HeaderName("x-oNE").hashValue)
    #expect(HeaderName("X-One") != HeaderName("X-Two"))
    #expect(HeaderName("Proxy-Authentication-Info") == .proxyAuthenticationInfo)
    #expect(HeaderName("Max\rForwards") != .maxForwards)
    #expect(HeaderName(String(repeating: "v", count: 40)) != .via)
  }

  @Test("A value is trimmed of white space and nothing else")
  func trimming() throws {
    let message = try SIPMessage(SampleMessage.options("Subject: \t  two words\u{E9} \t"))
    #expect(message.firstValue(.subject) == "two words\u{E9}")
  }

  @Test("Expires saturates and Max-Forwards does not (RFC 3261 §20.19, §20.22)")
  func numbers() throws {
    let message = try SIPMessage(
      SampleMessage.options("Expires: 99999999999999999999\nMax-Forwards: 256"))
    #expect(message.expires == .max)
    #expect(message.maxForwards == nil)
    #expect(try SIPMessage(SampleMessage.options("Expires: -1")).expires == nil)
  }
}
