import SIP

extension TortureVector {
  /// RFC 4475 §3.2 to §3.4: well framed messages whose meaning is the test.
  static let semantics = refusedByAll + leftToTheElement

  private static let refusedByAll = [
    TortureVector(
      "RFC 4475 §3.2.1", "badbranch",
      """
      A parser must not break when receiving this message. An element receiving this request could \
      reject the request with a 400 Response (preferably statelessly [...]).
      """,
      datagram: .reject([400], naming: ["Via", "branch"])),
    TortureVector(
      "RFC 4475 §3.3.1", "insuf",
      """
      An element receiving this message must not break because of the missing information. \
      Ideally, it will respond with a 400 Bad Request error.
      """,
      datagram: .reject([400], naming: ["Call-ID", "From", "To"])),
    TortureVector(
      "RFC 4475 §3.3.2", "unkscm",
      """
      A parser must accept this as a well-formed SIP request. An element receiving this request \
      will reject it with a 416 Unsupported URI Scheme response.
      """,
      datagram: .reject([416], naming: ["URI"]),
      readings: [.requestURI("nobodyKnowsThisScheme:totallyopaquecontent")]),
    TortureVector(
      "RFC 4475 §3.3.3", "novelsc",
      """
      If an element will never accept this scheme as meaningful in a Request-URI, it is \
      appropriate to treat it as unknown and return a 416 Unsupported URI Scheme response.
      """,
      datagram: .reject([416], naming: ["URI"]),
      readings: [.requestURI("soap.beep://192.0.2.103:3002")]),
    TortureVector(
      "RFC 4475 §3.3.5", "bext01",
      """
      Any element receiving this request will respond with a 420 Bad Extension response, \
      containing an Unsupported header field listing these features from either the Require or \
      Proxy-Require header field, depending on the role in which the element is responding.
      """,
      datagram: .unsupported(["nothingSupportsThis", "nothingSupportsThisEither"])),
    TortureVector(
      "RFC 4475 §3.3.8", "multi01",
      """
      An element receiving this request must not break. An element receiving this request would \
      respond with a 400 Bad Request error.
      """,
      datagram: .reject([400], naming: ["Call-ID", "CSeq", "From", "To", "Max-Forwards"])),
    TortureVector(
      "RFC 4475 §3.3.9", "mcl01",
      """
      An element receiving this message should respond with an error. [...] If a request like this \
      arrives over TCP, the framing error is not recoverable, and the connection should be closed.
      """,
      datagram: .reject([400], naming: ["Content-Length"]), stream: .closes(400)),
    TortureVector(
      "RFC 4475 §3.3.10", "bcast",
      "Per [RFC3261], an endpoint receiving this message should simply discard it.",
      // RFC 3261 §8.1.3.3: "If more than one Via header field value is present in a response".
      datagram: .silence,
      readings: [
        .vias(2), .via(1, "UDP 255.255.255.255 z9hG4bK1saber23"), .status(200, "OK"), .body(154),
      ]),
  ]

  private static let leftToTheElement = [
    TortureVector(
      "RFC 4475 §3.3.4", "unksm2",
      """
      The message is syntactically valid. Parsers must not fail when receiving this message. [...] \
      A registrar would reject this request with a 400 Bad Request response, since the To: header \
      field is required to contain a SIP or SIPS URI as an AOR.
      """,
      // A registrar may ask who it is first (RFC 3261 §10.3, step 3 before step 5).
      datagram: .accept, element: .oneOf([400, 401]),
      readings: [
        TortureReading("To URI", "isbn:2983792873") { $0.to?.uri.text },
        TortureReading("From URI", "http://www.example.com") { $0.from?.uri.text },
        .from(tag: "3234233"), .contacts(["name:John_Smith"]),
      ]),
    TortureVector(
      "RFC 4475 §3.3.6", "invut",
      """
      It is syntactically valid. A parser must not fail when receiving it. [...] An endpoint \
      receiving this request would reject it with a 415 Unsupported Media Type error.
      """,
      datagram: .accept, element: .oneOf([415]),
      readings: [.contentType("application/unknownformat"), .body(40)]),
    TortureVector(
      "RFC 4475 §3.3.7", "regaut01",
      """
      The request is well formed. A parser must not fail when receiving it. [...] A registrar that \
      does care about challenge-response authentication will reject this request with a 401.
      """,
      datagram: .accept, element: .oneOf([401]),
      readings: [
        .rows("Authorization", ["NoOneKnowsThisScheme opaque-data=here"]), .body(0),
      ]),
    TortureVector(
      "RFC 4475 §3.3.11", "zeromf",
      """
      This is a legal SIP request [...] A proxy should not forward the request and should respond \
      483 (Too Many Hops). An endpoint should process the request as if the Max-Forwards field \
      value were still positive.
      """,
      // RFC 3261 §16.3, step 3: an element may answer an OPTIONS itself.
      datagram: .accept, element: .oneOf([200, 483]),
      readings: [.maxForwards(0)]),
    TortureVector(
      "RFC 4475 §3.3.12", "cparam01",
      """
      This REGISTER should succeed. The response must not include "unknownparam" as a \
      url-parameter for this binding.
      """,
      datagram: .accept, element: .oneOf([200, 401, 403, 404]),
      readings: [
        .contacts(["sip:+19725552222@gw1.example.net"]),
        .holds("unknownparam belongs to the Contact") {
          $0.contacts.first?.parameters.has("unknownparam") == true
        },
      ]),
    TortureVector(
      "RFC 4475 §3.3.13", "cparam02",
      """
      The register should succeed, and a subsequent retrieval of the registration must include \
      "unknownparam" as a url-parameter.
      """,
      datagram: .accept, element: .oneOf([200, 401, 403, 404]),
      readings: [
        .contacts(["sip:+19725552222@gw1.example.net;unknownparam"]),
        .holds("unknownparam belongs to the URI") {
          $0.contacts.first?.parameters.has("unknownparam") == false
            && sipURI($0.contacts.first?.uri)?.parameters.has("unknownparam") == true
        },
      ]),
    TortureVector(
      "RFC 4475 §3.3.14", "regescrt",
      """
      The register should succeed, and a subsequent retrieval of the registration must include the \
      escaped Route header in the contact URI for this binding.
      """,
      datagram: .accept, element: .oneOf([200, 401, 403, 404]),
      readings: [
        .contacts(["sip:user@example.com?Route=%3Csip:sip.example.com%3E"]), .body(0),
        .holds("no Route is taken out of it") { !$0.contains(.route) },
      ]),
    TortureVector(
      "RFC 4475 §3.3.15", "sdp01",
      """
      The recipient of this request could respond with a 406 Not Acceptable [...]. It is also \
      appropriate to respond with a 400 Bad Request, since all SIP User-Agents (UAs) supporting \
      INVITE are required to support application/sdp.
      """,
      datagram: .accept, element: .oneOf([400, 406]),
      readings: [.rows("Accept", ["text/nobodyKnowsThis"]), .body(150)]),
    TortureVector(
      "RFC 4475 §3.4.1", "inv2543",
      """
      This is a legal message per RFC 2543 (and several bis versions) that should be accepted by \
      RFC 3261 elements that want to maintain backwards compatibility.
      """,
      datagram: .accept,
      // No Content-Length at all, which a stream cannot do without: RFC 4475 §3.3.9 names it
      // beside an invalid one, and RFC 3261 §18.3 requires it.
      stream: .closes(400),
      readings: [
        .vias(1), .via(0, "UDP iftgw.example.com none"), .from(tag: nil), .maxForwards(nil),
        .body(105),
        .holds("user=phone belongs to the From URI") {
          sipURI($0.from?.uri)?.parameters.has("user") == true
        },
        .holds("user=phone belongs to the To header") {
          $0.to?.parameters.has("user") == true
        },
      ]),
  ]
}
