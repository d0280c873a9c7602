import SIP

extension TortureVector {
  /// RFC 4475 §3.1.2: errors seen at interoperability events, and edge conditions.
  static let invalid = malformedFields + malformedRequestLines + mismatches

  private static let malformedFields = [
    TortureVector(
      "RFC 4475 §3.1.2.1", "badinv01",
      "An element receiving this request should respond with a 400 Bad Request error.",
      datagram: .reject([400], naming: ["Via", "Contact"])),
    TortureVector(
      "RFC 4475 §3.1.2.2", "clerr",
      """
      When sent over UDP (as this message ostensibly was), the receiving element should respond \
      with a 400 Bad Request error. If this message arrived over a stream-based transport, such as \
      TCP, there's not much the receiving party could do but wait for more data [...]
      """,
      datagram: .reject([400], naming: ["Content-Length", "body", "Body"]), stream: .waits),
    TortureVector(
      "RFC 4475 §3.1.2.3", "ncl",
      """
      An element receiving this message should respond with an error. [...] If a request like this \
      arrives over TCP, the framing error is not recoverable, and the connection should be closed.
      """,
      datagram: .reject([400], naming: ["Content-Length"]), stream: .closes(400)),
    TortureVector(
      "RFC 4475 §3.1.2.4", "scalar02",
      """
      An element receiving this request should respond with a 400 Bad Request due to the CSeq error.
      """,
      datagram: .reject([400], naming: ["CSeq"]),
      readings: [TortureReading("CSeq", nil) { $0.cSeq?.text }]),
    TortureVector(
      "RFC 4475 §3.1.2.5", "scalarlg",
      "An element receiving this response will simply discard it.",
      datagram: .silence),
    TortureVector(
      "RFC 4475 §3.1.2.6", "quotbal",
      "An element receiving this request should return a 400 Bad Request error.",
      datagram: .reject([400], naming: ["To"]),
      readings: [TortureReading("To", nil) { $0.to?.text }]),
    TortureVector(
      "RFC 4475 §3.1.2.12", "baddate",
      """
      An element wishing to be liberal in what it accepts could ignore this value altogether if it \
      wasn't going to use the Date header field anyway.
      """,
      datagram: .accept,
      readings: [.rows("Date", ["Fri, 01 Jan 2010 16:00:00 EST"])]),
    TortureVector(
      "RFC 4475 §3.1.2.13", "regbadct",
      """
      It is reasonable for an element receiving this request to respond with a 400 Bad Request.
      """,
      datagram: .reject([400], naming: ["Contact"])),
    TortureVector(
      "RFC 4475 §3.1.2.14", "badaspec",
      """
      Parsers receiving this request must not break. It is reasonable to reject this request with \
      a 400 Bad Request response.
      """,
      datagram: .reject([400], naming: ["To"])),
    TortureVector(
      "RFC 4475 §3.1.2.15", "baddn",
      "It is reasonable always to reject this kind of error with a 400 Bad Request response.",
      datagram: .reject([400], naming: ["From", "To"])),
  ]

  private static let malformedRequestLines = [
    TortureVector(
      "RFC 4475 §3.1.2.7", "ltgtruri",
      "It is reasonable always to reject a request with this error with a 400 Bad Request.",
      datagram: .reject([400], naming: ["Request-URI", "request line", "Request-Line"]),
      readings: [.requestURIIsMalformed()]),
    TortureVector(
      "RFC 4475 §3.1.2.8", "lwsruri",
      "An element receiving this request should respond with a 400 Bad Request.",
      datagram: .reject([400], naming: ["Request-URI", "request line", "Request-Line"])),
    TortureVector(
      "RFC 4475 §3.1.2.9", "lwsstart",
      "It is acceptable to reject this request as malformed.",
      datagram: .reject([400], naming: ["Request-URI", "request line", "Request-Line"])),
    TortureVector(
      "RFC 4475 §3.1.2.10", "trws",
      "It is acceptable to reject this request as malformed.",
      datagram: .reject([400], naming: ["Request-URI", "request line", "Request-Line"])),
    TortureVector(
      "RFC 4475 §3.1.2.11", "escruri",
      "It is acceptable for an element to reject this request with a 400 Bad Request.",
      datagram: .reject([400], naming: ["Request-URI", "request line", "Request-Line"])),
    TortureVector(
      "RFC 4475 §3.1.2.16", "badvers",
      "The element should respond to the request with a 505 Version Not Supported error.",
      datagram: .reject([505], naming: ["Version"])),
  ]

  private static let mismatches = [
    TortureVector(
      "RFC 4475 §3.1.2.17", "mismatch01",
      "Any element receiving this request will respond with a 400 Bad Request.",
      datagram: .reject([400], naming: ["CSeq"])),
    TortureVector(
      "RFC 4475 §3.1.2.18", "mismatch02",
      """
      Any element receiving this response should respond with a 501 Not Implemented. A 400 Bad \
      Request is also acceptable.
      """,
      datagram: .reject([400, 501], naming: ["CSeq", "Not Implemented"])),
    TortureVector(
      "RFC 4475 §3.1.2.19", "bigcode",
      """
      This response has a response code larger than 699. An element receiving this response should \
      simply drop it.
      """,
      datagram: .silence),
  ]
}
