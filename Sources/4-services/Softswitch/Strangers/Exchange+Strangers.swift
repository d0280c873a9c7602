import Machines
import SIP

// Strangers: looked at up to a rate, and beyond it met with silence, so that a flood gets no
// answers that it could aim at somebody.
extension Exchange {
  /// Whether a request is looked at. What belongs to a call names it by 64 random bits, and is.
  func hears(_ request: SIPMessage, from flow: Flow, now: Now) -> Bool {
    guard let policy = configuration.strangers, !configuration.isTrusted(flow.remote),
      !throttle.knows(flow.remote)
    else { return true }
    let isScanner = policy.ignores(request)
    if !isScanner, throttle.admits(flow.remote.address, now: now.steady) { return true }
    if case .leg = switchboard.match(request) { return true }
    if isScanner { counters.ignoredScanners += 1 } else { counters.throttled += 1 }
    return false
  }
}

extension StrangerPolicy {
  fileprivate func ignores(_ request: SIPMessage) -> Bool {
    if ignoredUserAgents.isEmpty { return false }
    guard let name = request.firstValue(.userAgent)?.lowercased() else { return false }
    return ignoredUserAgents.contains { name.hasPrefix($0) }
  }
}
