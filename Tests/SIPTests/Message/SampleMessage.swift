/// Messages that several tests begin with, written with LF for legibility.
enum SampleMessage {
  static func bytes(_ text: String) -> [UInt8] {
    text.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] }
  }

  static let inviteText = """
    INVITE sip:bob@biloxi.example.com SIP/2.0
    Via: SIP/2.0/UDP pc33.atlanta.example.com;branch=z9hG4bKnashds8;rport
    Max-Forwards: 70
    To: Bob <sip:bob@biloxi.example.com>
    From: "Alice, the \\"A\\"" <sip:alice@atlanta.example.com>;tag=1928301774
    Call-ID: a84b4c76e66710@pc33.atlanta.example.com
    CSeq: 314159 INVITE
    Contact: <sip:alice@pc33.atlanta.example.com>
    Supported: 100rel, timer
    Content-Type: application/sdp
    Content-Length: 7

    v=0
    s=-
    """

  /// Its body is `v=0 CR LF s=`, cut by Content-Length.
  static var invite: [UInt8] { bytes(inviteText) }

  /// The smallest request that is well-formed, with header lines added.
  static func options(_ lines: String = "", body: String = "") -> [UInt8] {
    let head = """
      OPTIONS sip:node.example.com SIP/2.0
      Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
      From: <sip:a@example.com>;tag=1
      To: <sip:b@example.com>
      Call-ID: 1
      CSeq: 1 OPTIONS

      """
    let added = lines.isEmpty ? "" : lines + "\n"
    return bytes(head + added + "Content-Length: \(body.utf8.count)\n\n" + body)
  }
}
