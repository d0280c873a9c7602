/// What the workloads read: a call's INVITE as it reaches a server behind one proxy, a 200, and
/// the offer that the INVITE carries.
enum SampleMessages {
  static let offer = octets(
    """
    v=0
    o=alice 2890844526 2890844526 IN IP4 192.0.2.10
    s=-
    c=IN IP4 192.0.2.10
    t=0 0
    m=audio 40000 RTP/AVP 111 9 8 0 101
    a=rtpmap:111 opus/48000/2
    a=fmtp:111 useinbandfec=1;maxplaybackrate=16000
    a=rtpmap:9 G722/8000
    a=rtpmap:8 PCMA/8000
    a=rtpmap:0 PCMU/8000
    a=rtpmap:101 telephone-event/8000
    a=fmtp:101 0-16
    a=ptime:20
    a=rtcp:40001
    a=sendrecv

    """)

  static let invite =
    octets(
      """
      INVITE sip:bob@example.test SIP/2.0
      Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK-77ef4c2312983.1;rport
      Via: SIP/2.0/UDP 192.0.2.10:5062;branch=z9hG4bKnashds8;received=203.0.113.5;rport=41022
      Max-Forwards: 69
      Record-Route: <sip:198.51.100.7;lr>
      From: "Alice Liddell" <sip:alice@example.test>;tag=9fxced76sl
      To: <sip:bob@example.test>
      Call-ID: 3848276298220188511@192.0.2.10
      CSeq: 314159 INVITE
      Contact: <sip:alice@192.0.2.10:5062;transport=udp>
      Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO, REFER, NOTIFY
      Supported: replaces, timer, 100rel, outbound
      Session-Expires: 1800;refresher=uac
      User-Agent: Example Phone 7.1
      Content-Type: application/sdp
      Content-Length: \(offer.count)


      """) + offer

  static let ok =
    octets(
      """
      SIP/2.0 200 OK
      Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK-77ef4c2312983.1;rport=5060
      Via: SIP/2.0/UDP 192.0.2.10:5062;branch=z9hG4bKnashds8;received=203.0.113.5;rport=41022
      Record-Route: <sip:198.51.100.7;lr>
      From: "Alice Liddell" <sip:alice@example.test>;tag=9fxced76sl
      To: <sip:bob@example.test>;tag=314159
      Call-ID: 3848276298220188511@192.0.2.10
      CSeq: 314159 INVITE
      Contact: <sip:bob@192.0.2.20:5060>
      Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE
      Content-Type: application/sdp
      Content-Length: \(offer.count)


      """) + offer

  /// With the line ends of the wire.
  private static func octets(_ text: String) -> [UInt8] {
    text.utf8.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
  }
}
