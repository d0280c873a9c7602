import Machines
import SIP

extension RegisterAnswer {
  /// RFC 3261 §10.3 step 8: 200 with every current binding and the seconds that it has left, and
  /// the Date, by which a phone without a clock sets its own.
  static func listing(_ bindings: [Binding], at now: WallTime) -> RegisterAnswer {
    var headers = bindings.map { HeaderField(.contact, $0.listed(at: now)) }
    headers.append(HeaderField(.date, now.sipDate))
    return RegisterAnswer(200, headers: headers)
  }

  /// A request that was overtaken by a later one of the same Call-ID (§10.3 steps 6 and 7).
  static var outOfOrder: RegisterAnswer { RegisterAnswer(500, "CSeq Out Of Order") }
}

extension Binding {
  fileprivate func listed(at now: WallTime) -> String {
    // Rounded up: what has half a second left has not expired yet.
    let seconds = (expiresAt.nanoseconds &- now.nanoseconds &+ 999_999_999) / 1_000_000_000
    var text = "<\(contact)>;expires=\(max(0, seconds))"
    if q < 1 { text += ";q=\(Self.qvalue(q))" }
    if let instance { text += ";+sip.instance=\"\(instance)\"" }
    if let regID { text += ";reg-id=\(regID)" }
    return text
  }

  /// `qvalue` of RFC 3261 §25.1: at most three decimals.
  private static func qvalue(_ q: Double) -> String {
    let thousandths = Int((max(0, min(1, q)) * 1000).rounded())
    let digits = String(1000 + thousandths % 1000).dropFirst()
    return "\(thousandths / 1000).\(digits)"
  }
}

extension WallTime {
  /// `Sat, 13 Nov 2010 23:29:00 GMT` (RFC 3261 §20.17).
  var sipDate: String {
    let iso = description.utf8.map { $0 }
    func part(_ range: Range<Int>) -> String { String(decoding: iso[range], as: UTF8.self) }
    // ISO 8601 of a four-digit year has its parts at known places: 2010-11-13T23:29:00.000Z.
    guard iso.count == 24, let month = Int(part(5..<7)), 1...12 ~= month else {
      return "Thu, 01 Jan 1970 00:00:00 GMT"
    }
    let day = max(0, nanoseconds) / 86_400_000_000_000
    // 1 January 1970 was a Thursday.
    let weekday = weekdays[Int((day + 3) % 7)]
    return "\(weekday), \(part(8..<10)) \(months[month - 1]) \(part(0..<4)) \(part(11..<19)) GMT"
  }
}

private let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
private let months = [
  "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
]
