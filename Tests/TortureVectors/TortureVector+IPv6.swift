import SIP

extension TortureVector {
  /// RFC 5118 §4: IPv6 references wherever SIP and SDP can hold them.
  static let ipv6 = ipv6References + ipv6InFields + ipv6InBodies

  private static let ipv6References = [
    TortureVector(
      "RFC 5118 §4.1", "ipv6-good",
      "The request below is well-formatted according to the grammar in [RFC3261].",
      datagram: .accept,
      readings: [
        .requestHost("[2001:db8::10]", port: nil), .requestAddress("2001:db8::10"),
        .via(0, "UDP [2001:db8::9:1] z9hG4bKas3-111"), .answersTo("[2001:db8::9:1]:5060"),
        .contacts(["sip:caller@[2001:db8::1]"]), .cSeq(98176, "REGISTER"),
      ]),
    TortureVector(
      "RFC 5118 §4.2", "ipv6-bad",
      """
      A SIP implementation receiving this request should respond with a 400 Bad Request error.
      """,
      datagram: .reject([400], naming: ["Request-URI", "request line", "Request-Line"]),
      readings: [.requestURIIsMalformed()]),
    TortureVector(
      "RFC 5118 §4.3", "port-ambiguous",
      "From a parsing perspective, the request below is well-formed.",
      datagram: .accept,
      readings: [
        .requestHost("[2001:db8::10:5070]", port: nil), .requestAddress("2001:db8::10:5070"),
      ]),
    TortureVector(
      "RFC 5118 §4.4", "port-unambiguous",
      "This REGISTER request is well formatted per the grammar in [RFC3261].",
      datagram: .accept,
      readings: [.requestHost("[2001:db8::10]", port: 5070), .requestAddress("2001:db8::10")]),
    TortureVector(
      "RFC 5118 §4.10", "ipv6-bug-abnf-3-colons",
      "an implementation must tolerate both of the above constructs",
      datagram: .accept,
      readings: [.requestUser("user"), .requestAddress("2001:db8::192.0.2.1")]),
    TortureVector(
      "RFC 5118 §4.10", "ipv6-correct-abnf-2-colons",
      "The next message has the correct syntax for the IPv6 reference in the R-URI.",
      datagram: .accept,
      readings: [
        .requestHost("[2001:db8::192.0.2.1]", port: nil), .requestAddress("2001:db8::192.0.2.1"),
      ]),
  ]

  private static let ipv6InFields = [
    TortureVector(
      "RFC 5118 §4.5", "via-received-param-with-delim",
      """
      robust implementations must nonetheless be able to parse the topmost Via header field and \
      continue processing the request
      """,
      // RFC 3261 §15.1.2: a BYE that matches no dialog.
      datagram: .accept, element: .oneOf([481]),
      readings: [
        .via(0, "UDP [2001:db8::9:1] z9hG4bKas3-111"), .answersTo("[2001:db8::9:255]:5060"),
        .to(tag: "bd76ya"),
      ]),
    TortureVector(
      "RFC 5118 §4.5", "via-received-param-no-delim",
      "This request is valid according to the grammar in [RFC3261].",
      datagram: .accept,
      readings: [
        .via(0, "UDP [2001:db8::9:1] z9hG4bKas3"), .answersTo("[2001:db8::9:255]:5060"),
      ]),
    TortureVector(
      "RFC 5118 §4.7", "mult-ip-in-header",
      """
      The request below is valid and well-formed according to the grammar in [RFC3261]. The Via \
      list contains a mix of IPv4 addresses and IPv6 references.
      """,
      datagram: .accept, element: .oneOf([481]),
      readings: [
        .vias(3),
        .via(0, "UDP [2001:db8::9:1]:6050 z9hG4bKas3-111"),
        .via(1, "UDP 192.0.2.1 z9hG4bKjhja8781hjuaij65144"),
        .via(2, "TCP [2001:db8::9:255] z9hG4bK451jj"),
        .answersTo("[2001:db8::9:1]:6050"),
      ]),
  ]

  private static let ipv6InBodies = [
    TortureVector(
      "RFC 5118 §4.6", "ipv6-in-sdp",
      "This request below is valid and well-formed according to the grammar in [RFC3261].",
      datagram: .accept,
      readings: [.body(242), .requestAddress("2001:db8::10"), .contentType("application/sdp")]),
    TortureVector(
      "RFC 5118 §4.8", "mult-ip-in-sdp",
      "The request below is valid and well-formed according to the grammar in [RFC3261].",
      datagram: .accept,
      readings: [.body(181), .contacts(["sip:caller@[2001:db8::9:1]"])]),
    TortureVector(
      "RFC 5118 §4.9", "ipv4-mapped-ipv6",
      """
      A SIP implementation receiving a message that contains such a mapped address must be \
      prepared to parse it successfully.
      """,
      datagram: .accept,
      readings: [
        .body(236), .vias(2),
        .via(0, "UDP [::ffff:192.0.2.10]:19823 z9hG4bKbh19"),
        .via(1, "UDP [::ffff:192.0.2.2] z9hG4bKas3-111"),
        .contacts(["sip:ted@[::ffff:192.0.2.2]"]),
      ]),
  ]
}
