import SIP
import Testing

struct MessageWriterTests {
  @Test("A request is written line by line, its length last")
  func request() {
    var writer = MessageWriter(request: .options, uri: "sip:a@b")
    writer.add(.via, "SIP/2.0/UDP h;branch=z9hG4bK1")
    writer.add(HeaderName("X-Own"), "1")
    #expect(
      String(decoding: writer.finish(body: [0x68, 0x69], contentType: "text/plain"), as: UTF8.self)
        == "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nX-Own: 1\r\n"
        + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi")
  }

  @Test(
    "A status brings its phrase (RFC 3261 §21)",
    arguments: [
      (180, "Ringing"), (481, "Call/Transaction Does Not Exist"), (420, "Bad Extension"),
      (505, "Version Not Supported"), (699, "Global Failure"), (299, "OK"),
    ])
  func phrases(status: Int, phrase: String) throws {
    let message = try SIPMessage(MessageWriter(status: status).finish())
    #expect(message.statusCode == status)
    #expect(message.reasonPhrase == phrase)
  }

  @Test("A response takes over what RFC 3261 §8.2.6.2 lists")
  func response() throws {
    let request = try SIPMessage(
      SampleMessage.bytes(
        """
        INVITE sip:b@example.com SIP/2.0
        v: SIP/2.0/UDP one;branch=1,
         SIP/2.0/UDP two;branch=2
        Timestamp: 54
        Via: SIP/2.0/UDP three;branch=3
        t: "B" <sip:b@example.com>
        f: <sip:a@example.com>;tag=\u{201C}
        i: 77@x
        CSeq: 3 INVITE
        Subject: not copied

        """ + "\n"))
    var writer = MessageWriter.response(to: request, status: 180, toTag: "mine")
    writer.add(.contact, "<sip:me>")
    let response = try SIPMessage(writer.finish())
    #expect(response.vias.map(\.branch) == ["1", "2", "3"])
    #expect(response.firstValue(.to) == "\"B\" <sip:b@example.com>;tag=mine")
    #expect(response.rows(.from) == request.rows(.from))
    #expect(response.callID == "77@x")
    #expect(response.cSeq == CSeq(3, .invite))
    #expect(!response.contains(.subject))
    #expect(!response.contains(.timestamp))
    let trying = MessageWriter.response(to: request, status: 100, toTag: nil)
    #expect(try SIPMessage(trying.finish()).firstValue(.timestamp) == "54")
    #expect(try SIPMessage(trying.finish()).toTag == nil)
  }

  @Test("A To tag that is there stays alone")
  func existingTag() throws {
    let request = try SIPMessage(
      SampleMessage.bytes("BYE sip:b SIP/2.0\nTo: <sip:b;tag=no>;x=\"tag=no\";TAG=old\n\n"))
    #expect(request.toTag == "old")
    let response = MessageWriter.response(to: request, status: 200, toTag: "new")
    #expect(try SIPMessage(response.finish()).toTag == "old")
  }

  @Test("A value, a name, a reason and a URI bring no line of their own")
  func injection() throws {
    var writer = MessageWriter(request: SIPMethod("A\r\nB"), uri: "sip:a\r\nX-Evil: 1")
    writer.add(.subject, "a\r\nX-Evil: 1\n\u{0}")
    writer.add(HeaderName("X-A\r\nX-Evil"), "2")
    let text = String(decoding: writer.finish(), as: UTF8.self)
    #expect(text.split(separator: "\r\n").count == 4)
    #expect(!text.contains("\nX-Evil"))
    let status = MessageWriter(status: 200, reason: "OK\r\nX-Evil: 1").finish()
    #expect(try SIPMessage(status).reasonPhrase == "OK  X-Evil: 1")
  }

  @Test("Rows are copied as they are, folds as spaces")
  func copy() throws {
    let source = try SIPMessage(
      SampleMessage.options("Record-Route: <sip:one;lr>,\n  <sip:two>\nrecord-route: <sip:\u{E9}>"))
    var writer = MessageWriter(status: 200)
    writer.copy(.recordRoute, from: source)
    #expect(
      String(decoding: writer.finish(), as: UTF8.self)
        == "SIP/2.0 200 OK\r\nRecord-Route: <sip:one;lr>, <sip:two>\r\n"
        + "record-route: <sip:\u{E9}>\r\nContent-Length: 0\r\n\r\n")
  }

  @Test("Numbers, tags and CSeq are written as text would be", arguments: [0, 7, 10, 99, 65_535])
  func numbers(number: Int) throws {
    var writer = MessageWriter(status: 200)
    writer.add(.maxForwards, number)
    writer.add(.from, "<sip:a>", tag: "x\r\ny")
    writer.add(.to, "<sip:b>", tag: nil)
    writer.add(CSeq(.max, .bye))
    let message = try SIPMessage(writer.finish())
    #expect(message.firstValue(.maxForwards) == "\(number)")
    #expect(message.firstValue(.from) == "<sip:a>;tag=x  y")
    #expect(message.firstValue(.to) == "<sip:b>")
    #expect(message.firstValue(.cSeq) == "4294967295 BYE")
  }
}
