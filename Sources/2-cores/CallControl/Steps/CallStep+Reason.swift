import SIP

/// Lines of a party's Reason that are passed on, and how long one may be.
private let maximumReasons = 4
private let longestReason = 256

// Why a request ends something: RFC 3326.
extension CallStep {
  /// What the party's BYE or CANCEL says of why, for the requests that follow from it.
  mutating func noteReasons(of request: SIPMessage) {
    reasons = request.rows(.reason).filter { $0.utf8.count <= longestReason }
      .prefix(maximumReasons).map { $0 }
  }

  /// For a BYE or a CANCEL that goes to the leg now.
  func reasonHeaders(for leg: LegID) -> [(HeaderName, String)] {
    if let answerer = call.answerer, call[leg].role == .callee, answerer != .leg(leg),
      call[leg].referrer == nil
    {
      return [(.reason, "SIP;cause=200;text=\"Call completed elsewhere\"")]
    }
    if !reasons.isEmpty { return reasons.map { (HeaderName.reason, $0) } }
    guard let release = call.release, release.by == .system, release.status >= 400 else {
      return []
    }
    let text = release.reason.filter { $0 != "\"" && $0 != "\\" }
    return [(.reason, "SIP;cause=\(release.status);text=\"\(text)\"")]
  }
}
