import SIP

extension TortureVector {
  /// RFC 4475 §3.1.1: messages that every element takes as well formed.
  static let valid = [
    TortureVector(
      "RFC 4475 §3.1.1.1", "wsinv",
      "All elements should treat this as a well-formed request.",
      // RFC 3261 §12.2.2: a To tag that names no dialog.
      datagram: .accept, element: .oneOf([481]),
      readings: [
        .method("INVITE"),
        .requestURI("sip:vivekg@chair-dnrc.example.com;unknownparam"),
        .to(tag: "1918181833n"), .from(tag: "98asjd8"),
        .from(displayName: #"J Rosenberg \""#),
        .maxForwards(68), .cSeq(9, "INVITE"), .callID("wsinv.ndaksdj@192.0.2.1"),
        .vias(3),
        .via(0, "UDP 192.0.2.2 390skdjuw"),
        .via(1, "TCP spindle.example.com z9hG4bK9ikj8"),
        .via(2, "UDP 192.168.255.111 z9hG4bK30239"),
        .rows("Subject", [""]),
        .rows("NewFangledHeader", ["newfangled value continued newfangled value"]),
        .rows("UnknownHeaderWithUnusualValue", [";;,,;;,;"]),
        .contacts(["sip:jdrosen@example.com"]),
        TortureReading("display name of Contact", #"Quoted string """#) {
          $0.contacts.first?.displayName
        },
        TortureReading("q of Contact", "0.33") { $0.contacts.first?.q.map { "\($0)" } },
        .holds("Contact has secondparam, without a value") {
          $0.contacts.first?.parameters.has("secondparam") == true
        },
        .holds("the Route is loose") { sipURI($0.routes.first?.uri)?.isLooseRouter == true },
        .contentType("application/sdp"), .body(150),
      ]),
    TortureVector(
      "RFC 4475 §3.1.1.2", "intmeth",
      """
      If this unusual URI has been defined at a proxy, the proxy will forward this request \
      normally. Otherwise, a proxy will generate a 404. Endpoints will generate a 501 listing the \
      methods they understand in an Allow header field.
      """,
      datagram: .accept, element: .oneOf([404, 501]),
      readings: [
        .method("!interesting-Method0123456789_*+`.%indeed'~"),
        .requestUser("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"),
        .requestHost("example.com", port: nil),
        .via(0, "TCP host1.example.com z9hG4bK-.!%66*_+`'~"),
        .to(displayName: "BEL:\u{07} NUL:\u{00} DEL:\u{7F}"),
        .from(displayName: "token1~` token2'+_ token3*%!.-"),
        .from(tag: "_token~1'+`*%!-."),
        TortureReading("URI of From", "sip:mundane@example.com") { $0.from?.uri.text },
        .callID(#"intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{"#),
        .cSeq(139_122_385, "!interesting-Method0123456789_*+`.%indeed'~"),
        .maxForwards(255),
        .rows("extensionHeader-!.%*+_`'~", ["\u{FEFF}大停電"]),
      ]),
    TortureVector(
      "RFC 4475 §3.1.1.3", "esc01",
      """
      A parser must accept this as a well-formed message. The application using the message must \
      treat the % HEX HEX expansions as equivalent to the character being encoded.
      """,
      datagram: .accept,
      readings: [
        .requestUser("sips:user@example.com"), .requestHost("example.net", port: nil),
        TortureReading("user of From", "I have spaces") { sipURI($0.from?.uri)?.userDecoded },
        .holds("the To URI is sip:user@example.com") { matches($0.to, "sip:user@example.com") },
        // "unescaping URI components is never performed recursively"
        .holds("name has the value value%41") {
          matches($0.contacts.first, "sip:caller@host5.example.net;lr;name=value%2541")
        },
        .holds("name does not have the value valueA") {
          !matches($0.contacts.first, "sip:caller@host5.example.net;lr;name=valueA")
        },
        .callID("esc01.239409asdfakjkn23onasd0-3234"), .body(150),
      ]),
    TortureVector(
      "RFC 4475 §3.1.1.4", "escnull",
      "The message is well formed - parsers must accept this message.",
      datagram: .accept, element: .oneOf([200, 401, 403, 404]),
      readings: [
        .contacts(["sip:%00@host5.example.com", "sip:%00%00@host5.example.com"]),
        TortureReading("user of To", "null-\0-null") { sipURI($0.to?.uri)?.userDecoded },
        .holds("the contacts are distinct") {
          $0.contacts.count == 2 && !matches($0.contacts[0], $0.contacts[1].uri.text)
        },
        .body(0),
      ]),
    TortureVector(
      "RFC 4475 §3.1.1.5", "esc02",
      """
      A parser should accept this message as well formed. [...] An endpoint would reject this \
      message with a 501.
      """,
      datagram: .accept, element: .oneOf([404, 501]),
      readings: [
        .method("RE%47IST%45R"),
        .holds("the method is not REGISTER") { $0.method != .register },
        .to(displayName: "%Z%45"), .from(displayName: "%Z%45"),
        .contacts(["sip:alias1@host1.example.com", "sip:alias3@host3.example.com"]),
        .rows("C%6Fntact", ["<sip:alias2@host2.example.com>"]),
        .via(0, "TCP host.example.com z9hG4bK209%fzsnel234"),
      ]),
    TortureVector(
      "RFC 4475 §3.1.1.6", "lwsdisp",
      "Elements should accept this request as well formed.",
      datagram: .accept,
      readings: [.from(displayName: "caller"), .from(tag: "323")]),
    longRequest,
    TortureVector(
      "RFC 4475 §3.1.1.8", "dblreq",
      """
      A SIP element receiving this datagram would handle the REGISTER request normally and ignore \
      the extra bits that look like an INVITE request.
      """,
      datagram: .accept, stream: .messages([.accept, .accept]),
      element: .oneOf([200, 401, 403, 404]),
      readings: [
        .method("REGISTER"), .vias(1), .cSeq(8, "REGISTER"), .body(0),
        .contacts(["sip:j.user@host.example.com"]),
      ]),
    TortureVector(
      "RFC 4475 §3.1.1.9", "semiuri",
      #"The Request-URI will parse so that the user part is "user;par=u@example.net"."#,
      datagram: .accept,
      readings: [
        .requestUser("user;par=u@example.net"), .requestHost("example.com", port: nil),
        .rows(
          "Accept",
          [
            "application/sdp, application/pkcs7-mime, multipart/mixed, multipart/signed, "
              + "message/sip, message/sipfrag"
          ]),
      ]),
    TortureVector(
      "RFC 4475 §3.1.1.10", "transports",
      """
      Parsers must accept this message as well formed. Elements receiving this message would \
      process it exactly as if the 2nd and subsequent header field values specified UDP (or other \
      transport).
      """,
      datagram: .accept,
      readings: [
        .vias(5),
        .via(0, "UDP t1.example.com z9hG4bKkdjuw"),
        .via(1, "SCTP t2.example.com z9hG4bKklasjdhf"),
        .via(2, "TLS t3.example.com z9hG4bK2980unddj"),
        .via(3, "UNKNOWN t4.example.com z9hG4bKasd0f3en"),
        .via(4, "TCP t5.example.com z9hG4bK0a9idfnee"),
        .callID("transports.kijh4akdnaqjkwendsasfdj"),
      ]),
    TortureVector(
      "RFC 4475 §3.1.1.11", "mpart01",
      """
      Receivers must take care to frame the received message properly. Parsers must accept this \
      message as well formed [...]
      """,
      datagram: .accept,
      readings: [
        .body(553), .contentType("multipart/mixed;boundary=7a9cbec02ceef655"),
        .via(0, "UDP 127.0.0.1:5070 z9hG4bK-d87543-4dade06d0bdb11ee-1--d87543-"),
        .holds("rport is asked for") { $0.topVia?.rport == .requested },
      ]),
    TortureVector(
      "RFC 4475 §3.1.1.12", "unreason",
      "This response is well formed. A parser must accept this message.",
      datagram: .accept, element: .silence,
      readings: [
        .status(200, "= 2**3 * 5**2 но сто девяносто девять - простое"), .body(154),
      ]),
    TortureVector(
      "RFC 4475 §3.1.1.13", "noreason",
      "This well-formed response contains no reason phrase. A parser must accept this message.",
      datagram: .accept, element: .silence,
      readings: [.status(100, ""), .cSeq(35, "INVITE")]),
  ]

  /// RFC 4475 §3.1.1.7, apart from the table for its sheer length.
  private static let longRequest = TortureVector(
    "RFC 4475 §3.1.1.7", "longreq",
    """
    This well-formed request contains header fields with many values and values that are very long.
    """,
    datagram: .accept,
    readings: [
      .to(displayName: "I have a user name of \(repeated("extreme", 10)) proportion"),
      .from(tag: "12\(repeated("982", 50))424"),
      .callID("longreq.one\(repeated("really", 20))longcallid"),
      .vias(34),
      .via(0, "TCP sip33.example.com none"),
      .via(33, "TCP host.example.com very\(repeated("long", 50))branchvalue"),
      .contacts(["sip:\(repeated("amazinglylongcallername", 5))@host5.example.net"]),
      .rows(
        "Unknown-\(repeated("Long", 20))-Name",
        [
          "unknown-\(repeated("long", 20))-value; unknown-\(repeated("long", 20))-parameter-name = "
            + "unknown-\(repeated("long", 20))-parameter-value"
        ]),
      .body(150),
    ])

  private static func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  /// By the rules of RFC 3261 §19.1.4.
  private static func matches(_ address: NameAddress?, _ text: String) -> Bool {
    guard let left = sipURI(address?.uri), let right = SIPURI(text) else { return false }
    return left.matches(right)
  }
}
