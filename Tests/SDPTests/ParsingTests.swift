import Addressing
import SDP
import Testing

@Suite("Reading and writing descriptions (RFC 8866)")
struct ParsingTests {
  @Test("The example of RFC 8866 §5 reads field by field")
  func example() throws {
    let description = try parse(exampleOfRFC8866)
    #expect(description.origin.username == "jdoe")
    #expect(description.origin.sessionID == "3724394400")
    #expect(description.origin.sessionVersion == "3724394405")
    #expect(description.origin.connection.ipAddress == IPAddress("198.51.100.1"))
    #expect(description.name == "Call to John Smith")
    #expect(description.information == "SDP Offer #1")
    #expect(description.uri == "http://www.jdoe.example.com/home.html")
    #expect(description.emails == ["Jane Doe <jane@jdoe.example.com>"])
    #expect(description.phones == ["+1 617 555-6011"])
    #expect(description.times == [.permanent])
    #expect(description.media.map(\.kind) == ["audio", "audio", "video"])
    #expect(description.media.map(\.port) == [49170, 49180, 51372])
    #expect(
      description.media.map { description.address(of: $0)?.description }
        == ["198.51.100.1", "198.51.100.1", "2001:db8::2"])
    let h263 = RTPMap(payloadType: 99, encoding: "h263-1998", clockRate: 90_000)
    #expect(description.media[2].rtpMaps == [h263])
  }

  @Test(
    "An untouched description comes out as it went in",
    arguments: [
      exampleOfRFC8866,
      // RFC 8866 §5.10, §5.11: repeats and zones; §5.8: bandwidth.
      """
      v=0
      o=- 123456789012345678901234567890 987654321098765432109876543210 IN IP6 2001:db8::1
      s=\u{20}
      e=a@example.com
      e=b@example.com
      b=CT:128
      b=X-YZ:64
      t=3724394400 3754123200
      r=604800 3600 0 90000
      r=7d 1h 0 25h
      z=3730928400 -1h 3749680800 0
      t=3724484400 3724488000
      a=tool:something 1.0
      a=
      a=:odd
      a=odd name:x
      a=recvonly\u{20}
      m=video 49170/2 RTP/AVP 31
      i=Titel mit Umlauten äöü
      c=IN IP4 233.252.0.1/127
      c=IN IP4 233.252.0.2/127
      b=TIAS:64000
      a=orient:landscape
      m=application 9 UDP/DTLS/SCTP webrtc-datachannel
      c=IN IP4 host.example.com
      m=message 7654 TCP/MSRP *
      c=IN IP4 192.0.2.1
      a=path:msrp://192.0.2.1:7654/jshA7we;tcp

      """,
    ])
  func roundTrip(_ original: String) throws {
    let description = try parse(original)
    #expect(text(description) == original)
    #expect(description.serialized.filter { $0 == 0x0A }.count == original.count { $0 == "\n" })
    #expect(try SessionDescription(description.serialized) == description)
  }

  @Test("CRLF, bare LF, a missing last line end and blank lines at the end read alike (§5)")
  func lineEnds() throws {
    let lines = call("m=audio 4000 RTP/AVP 0")
    let expected = try parse(lines)
    let crlf = lines.split(separator: "\n").joined(separator: "\r\n")
    #expect(try parse(crlf) == expected)
    #expect(try parse(crlf + "\r\n\r\n\n") == expected)
    #expect(String(decoding: expected.serialized, as: UTF8.self) == crlf + "\r\n")
  }

  @Test("Text in another character set than UTF-8 keeps its octets (§5, §6.10)")
  func latin1() throws {
    var bytes = Array(call("a=charset:ISO-8859-1\na=note:?").utf8)
    let mark = try #require(bytes.firstIndex(of: UInt8(ascii: "?")))
    bytes[mark] = 0xE9
    let user = try #require(bytes.firstIndex(of: UInt8(ascii: "-")))
    bytes[user] = 0xFC
    let description = try SessionDescription(bytes)
    #expect(description.serialized.filter { $0 != 0x0D } == bytes)
    #expect(description.attributes[1].value == "\u{FFFD}")
    #expect(try SessionDescription(description.serialized) == description)
  }

  @Test("Lines in another order than §5 asks for come out in that order")
  func wrongOrder() throws {
    let shuffled = """
      v=0
      s=-
      a=sendonly
      t=0 0
      o=- 1 1 IN IP4 192.0.2.1
      m=audio 4000 RTP/AVP 0
      a=ptime:20
      b=AS:64
      c=IN IP4 192.0.2.1

      """
    let sorted = """
      v=0
      o=- 1 1 IN IP4 192.0.2.1
      s=-
      t=0 0
      a=sendonly
      m=audio 4000 RTP/AVP 0
      c=IN IP4 192.0.2.1
      b=AS:64
      a=ptime:20

      """
    #expect(text(try parse(shuffled)) == sorted)
  }

  @Test("k= is discarded, as §5.12 demands")
  func keys() throws {
    let read = try parse(call("k=clear:secret\nm=audio 4000 RTP/AVP 0\nk=prompt"))
    #expect(read == (try parse(call("m=audio 4000 RTP/AVP 0"))))
  }

  @Test("A username with spaces is forgiven, and spaces too many are taken for one")
  func looseFields() throws {
    let description = try parse(
      "v=0\no=Some Gateway 1 2 IN IP4 192.0.2.1\ns=\nc= IN  IP4 192.0.2.1 \nt=0 0\n"
        + "m=audio  4000 RTP/AVP 0  8 \n")
    #expect(description.origin.username == "Some Gateway")
    #expect(description.origin.sessionVersion == "2")
    #expect(description.address(of: description.media[0]) == IPAddress("192.0.2.1"))
    #expect(description.media[0].formats == ["0", "8"])
  }

  @Test("What our own code puts into a field cannot start a line of its own")
  func injection() throws {
    var description = try parse(call("m=audio 4000 RTP/AVP 0"))
    description.origin.username = "x\r\na=evil"
    description.attributes.append(SDPAttribute("tool", "1\r\na=evil"))
    let again = try SessionDescription(description.serialized)
    #expect(!again.attributes.contains(named: "evil"))
    #expect(again.origin.username == "xa=evil")
  }

  @Test("Every beginning of a description reads or fails, and what reads writes the same again")
  func truncated() throws {
    let bytes = Array(exampleOfRFC8866.utf8)
    var readable = 0
    for length in 0...bytes.count {
      guard let description = try? SessionDescription(bytes.prefix(length)) else { continue }
      readable += 1
      #expect(try SessionDescription(description.serialized) == description)
    }
    #expect(readable > 40)
  }
}
