/// What the exchange answers to a torture message, where the RFCs leave a choice also which it is.
struct TortureAnswer: Sendable {
  let name: String
  /// The first final status when it comes as a datagram, nil for silence.
  let datagram: Int?
  /// The same on a stream.
  let stream: Int?
  let section: String

  private init(_ name: String, _ status: Int?, _ section: String) {
    self.init(name, datagram: status, stream: status, section)
  }

  private init(_ name: String, datagram: Int?, stream: Int?, _ section: String) {
    self.name = name
    self.datagram = datagram
    self.stream = stream
    self.section = section
  }

  static let all = registrations + calls + others + malformed + framing

  /// A trusted source registers with a password like everybody else.
  private static let registrations = [
    TortureAnswer("escnull", 401, "RFC 3261 §10.3 step 3"),
    TortureAnswer("dblreq", 401, "RFC 3261 §10.3 step 3, §18.3"),
    TortureAnswer("unksm2", 401, "RFC 3261 §10.3 step 3 comes before step 5"),
    TortureAnswer("regaut01", 401, "RFC 3261 §22.1: an unknown scheme is no credentials"),
    TortureAnswer("cparam01", 401, "RFC 3261 §10.3 step 3"),
    TortureAnswer("cparam02", 401, "RFC 3261 §10.3 step 3"),
    TortureAnswer("regescrt", 401, "RFC 3261 §10.3 step 3"),
    TortureAnswer("ipv6-good", 401, "RFC 3261 §10.3 step 3"),
    TortureAnswer("port-unambiguous", 401, "RFC 3261 §10.3 step 3"),
    // Well formed, but it names another address than the author meant.
    TortureAnswer("port-ambiguous", 404, "RFC 3261 §10.3 step 1, RFC 5118 §4.3"),
  ]

  /// 486: it rang at the phone, which is busy.
  private static let calls = [
    TortureAnswer("wsinv", 481, "RFC 3261 §12.2.2"),
    TortureAnswer("esc01", 404, "RFC 3261 §8.2.2.1"),
    TortureAnswer("longreq", 486, "RFC 3261 §21.4.24"),
    TortureAnswer("baddate", 486, "RFC 4475 §3.1.2.12: Date is not used"),
    TortureAnswer("invut", 415, "RFC 3261 §8.2.3"),
    TortureAnswer("sdp01", 406, "RFC 3261 §20.1, §21.4.7"),
    TortureAnswer("inv2543", datagram: 404, stream: 400, "RFC 3261 §8.2.2.1, §18.3"),
    TortureAnswer("ipv6-in-sdp", 486, "RFC 3261 §21.4.24"),
    TortureAnswer("mult-ip-in-sdp", 486, "RFC 3261 §21.4.24"),
    TortureAnswer("ipv4-mapped-ipv6", 486, "RFC 3261 §21.4.24"),
  ]

  private static let others = [
    TortureAnswer("intmeth", 501, "RFC 3261 §21.5.2"),
    TortureAnswer("esc02", 501, "RFC 3261 §21.5.2"),
    TortureAnswer("lwsdisp", 200, "RFC 3261 §11.2"),
    TortureAnswer("semiuri", 200, "RFC 3261 §11.2"),
    TortureAnswer("transports", 200, "RFC 3261 §11.2"),
    TortureAnswer("zeromf", 200, "RFC 3261 §11, §16.3 step 3"),
    TortureAnswer("ipv6-bug-abnf-3-colons", 200, "RFC 3261 §11.2, RFC 5118 §4.10"),
    TortureAnswer("ipv6-correct-abnf-2-colons", 200, "RFC 3261 §11.2"),
    TortureAnswer("via-received-param-no-delim", 200, "RFC 3261 §11.2"),
    TortureAnswer("via-received-param-with-delim", 481, "RFC 3261 §15.1.2"),
    TortureAnswer("mult-ip-in-header", 481, "RFC 3261 §15.1.2"),
    TortureAnswer("mpart01", 404, "RFC 3428 §6: to nobody here"),
    TortureAnswer("unkscm", 416, "RFC 3261 §8.2.2.1"),
    TortureAnswer("novelsc", 416, "RFC 3261 §8.2.2.1"),
    TortureAnswer("bext01", 420, "RFC 3261 §8.2.2.3"),
    TortureAnswer("badvers", 505, "RFC 3261 §21.5.6"),
    // Responses: RFC 3261 §17.1.3, §8.1.3.3.
    TortureAnswer("unreason", nil, "RFC 3261 §17.1.3"),
    TortureAnswer("noreason", nil, "RFC 3261 §17.1.3"),
    TortureAnswer("bcast", nil, "RFC 3261 §8.1.3.3"),
    TortureAnswer("scalarlg", nil, "RFC 4475 §3.1.2.5"),
    TortureAnswer("bigcode", nil, "RFC 4475 §3.1.2.19"),
  ]

  private static let malformed = [
    "badinv01", "scalar02", "quotbal", "regbadct", "badaspec", "baddn", "ltgtruri", "lwsruri",
    "lwsstart", "trws", "escruri", "mismatch01", "mismatch02", "badbranch", "insuf", "multi01",
    "ipv6-bad",
  ].map { TortureAnswer($0, 400, "RFC 3261 §21.4.1") }

  /// On a stream, where the next message begins is not known any more: the transport answers and
  /// closes. One that owes octets is waited for.
  private static let framing = [
    TortureAnswer("clerr", datagram: 400, stream: nil, "RFC 3261 §18.3"),
    TortureAnswer("ncl", 400, "RFC 3261 §18.3"),
    TortureAnswer("mcl01", 400, "RFC 3261 §18.3"),
  ]
}

extension TortureAnswer: CustomStringConvertible {
  var description: String { "\(name) (\(section))" }
}
