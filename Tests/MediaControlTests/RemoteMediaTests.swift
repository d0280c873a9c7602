import Addressing
import MediaControl
import SDP
import Testing

@Suite("Where a party wants its media")
struct RemoteMediaTests {
  private func remote(_ lines: String, connection: String = "IN IP4 192.0.2.1") throws
    -> [RemoteMedia]
  {
    RemoteMedia.streams(of: try call(lines, connection: connection))
  }

  @Test(
    "RTP goes to the address and port, RTCP to the next port or where a=rtcp says (RFC 3605)",
    arguments: [
      ("m=audio 4000 RTP/AVP 0", "192.0.2.1:4000", "192.0.2.1:4001"),
      ("m=audio 4001 RTP/AVP 0", "192.0.2.1:4001", "192.0.2.1:4002"),
      ("m=audio 65535 RTP/AVP 0", "192.0.2.1:65535", nil),
      ("m=audio 4000 RTP/AVP 0\na=rtcp:5000", "192.0.2.1:4000", "192.0.2.1:5000"),
      (
        "m=audio 4000 RTP/AVP 0\na=rtcp:5000 IN IP4 192.0.2.9", "192.0.2.1:4000",
        "192.0.2.9:5000"
      ),
      ("m=audio 4000 RTP/AVP 0\na=rtcp:5000 IN IP4 x.example.com", "192.0.2.1:4000", nil),
      ("m=audio 4000 RTP/AVP 0\nc=IN IP6 2001:db8::1", "[2001:db8::1]:4000", "[2001:db8::1]:4001"),
      ("m=audio 4000 RTP/AVP 0\nc=IN IP4 x.example.com", nil, nil),
      ("m=audio 4000 RTP/AVP 0\nc=IN IP4 224.2.17.12/127", nil, nil),
      ("m=audio 4000 RTP/AVP 0\nc=IN IP4 255.255.255.255", nil, nil),
      ("m=audio 9 RTP/AVP 0\nc=IN IP4 0.0.0.0\na=ice-ufrag:x", nil, nil),
      ("m=audio 0 RTP/AVP 0", nil, nil), ("m=audio 4000 TCP/RTP/AVP 0", nil, nil),
      ("m=image 4000 udptl t38", "192.0.2.1:4000", nil),
    ] as [(String, String?, String?)])
  func endpoints(_ lines: String, _ rtp: String?, _ rtcp: String?) throws {
    let media = try remote(lines)[0]
    #expect(media.rtp == rtp.flatMap { IPEndpoint($0) })
    #expect(media.rtcp == rtcp.flatMap { IPEndpoint($0) })
  }

  @Test(
    "Who sends and who receives follows direction and hold (RFC 3264 §8.4)",
    arguments: [
      ("m=audio 4000 RTP/AVP 0", true, true),
      ("m=audio 4000 RTP/AVP 0\na=sendonly", true, false),
      ("m=audio 4000 RTP/AVP 0\na=recvonly", false, true),
      ("m=audio 4000 RTP/AVP 0\na=inactive", false, false),
      ("m=audio 4000 RTP/AVP 0\nc=IN IP4 0.0.0.0", true, false),
      ("m=audio 4000 RTP/AVP 0\nc=IN IP6 ::\na=recvonly", false, false),
      ("m=audio 9 RTP/AVP 0\nc=IN IP4 0.0.0.0\na=ice-ufrag:x", true, true),
      ("m=audio 0 RTP/AVP 0", false, false), ("m=audio 4000 TCP/RTP/AVP 0", false, false),
    ])
  func directions(_ lines: String, _ sends: Bool, _ receives: Bool) throws {
    let media = try remote(lines)[0]
    #expect(media.sends == sends)
    #expect(media.receives == receives)
  }

  @Test("There is one for each m-line, in its place")
  func places() throws {
    let media = try remote("m=image 0 udptl t38\nm=audio 4000 RTP/AVP 0\nm=image 5000 udptl t38")
    #expect(media.map(\.isRTP) == [false, true, false])
    #expect(media.map { $0.rtp?.port } == [nil, 4000, 5000])
  }
}
