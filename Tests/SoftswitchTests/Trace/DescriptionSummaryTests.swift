import Testing

@testable import Softswitch

@Suite("A session description in short")
struct DescriptionSummaryTests {
  private static let head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n"

  @Test(
    "Where each stream goes, its codecs and its direction",
    arguments: [
      (
        "c=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8 101\r\n"
          + "a=rtpmap:101 telephone-event/8000\r\n",
        ["audio 192.0.2.1:4000 PCMU PCMA sendrecv"]
      ),
      (
        "c=IN IP6 2001:db8::1\r\nt=0 0\r\na=inactive\r\nm=audio 4000 RTP/AVP 96\r\n"
          + "a=rtpmap:96 opus/48000/2\r\nm=video 0 RTP/AVP 97\r\n",
        ["audio [2001:db8::1]:4000 opus inactive", "video off"]
      ),
      (
        "t=0 0\r\nm=image 5000 udptl t38\r\nc=IN IP4 192.0.2.9\r\na=sendonly\r\n",
        ["image 192.0.2.9:5000 t38 sendonly"]
      ),
      (
        "c=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 3 4 5 6 7 8 9\r\n",
        ["audio 192.0.2.1:4000 PCMU GSM G723 DVI4 DVI4 LPC … sendrecv"]
      ),
    ])
  func streams(rest: String, lines: [String]) {
    #expect(DescriptionSummary.lines(of: Array((Self.head + rest).utf8)) == lines)
  }

  @Test("A key is never shown")
  func keys() {
    let body =
      Self.head + "c=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/SAVP 0\r\n"
      + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n"
    #expect(
      DescriptionSummary.lines(of: Array(body.utf8)) == [
        "audio 192.0.2.1:4000 PCMU encrypted sendrecv"
      ])
  }

  @Test("What is no description is said to be none")
  func unreadable() {
    #expect(DescriptionSummary.lines(of: [0xFF, 0, 1]) == ["unreadable session description"])
  }
}
