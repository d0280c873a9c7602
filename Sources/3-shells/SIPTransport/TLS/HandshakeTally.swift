import Addressing

/// With how many peers TLS is being agreed on, which costs a stranger less than it costs us.
struct HandshakeTally {
  private(set) var count = 0
  private var bySource: [IPAddress: Int] = [:]

  func admits(_ source: IPAddress, _ limits: TransportLimits) -> Bool {
    count < limits.handshakes && bySource[source, default: 0] < limits.handshakesPerSource
  }

  mutating func begin(_ source: IPAddress) {
    count += 1
    bySource[source, default: 0] += 1
  }

  mutating func end(_ source: IPAddress) {
    guard let fromSource = bySource[source] else { return }
    count -= 1
    bySource[source] = fromSource > 1 ? fromSource - 1 : nil
  }
}
