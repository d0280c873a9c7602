import Machines

/// A message that is sent again and again, at doubling intervals, until somebody stops it or
/// 64·T1 have passed (RFC 3261 §17.1.1.2, §17.1.2.2, §13.3.1.4).
final class Retransmission {
  static let t1 = Duration.milliseconds(500)
  static let t2 = Duration.seconds(4)
  static let lifetime = t1 * 64

  private unowned let phone: SimulatedPhone
  let bytes: [UInt8]
  private let end: Instant
  private let cap: Duration?
  private let onEnd: () -> Void
  private(set) var isStopped = false

  /// - Parameter cap: the longest interval; nil for an INVITE, whose intervals go on doubling.
  init(_ phone: SimulatedPhone, _ bytes: [UInt8], cap: Duration?, onEnd: @escaping () -> Void) {
    self.phone = phone
    self.bytes = bytes
    self.cap = cap
    self.onEnd = onEnd
    end = phone.world.time + Self.lifetime
    phone.send(bytes)
    wait(Self.t1)
  }

  func stop() { isStopped = true }

  private func wait(_ interval: Duration) {
    let due = min(phone.world.time + interval, end)
    phone.world.at(due) { [self] in
      guard !isStopped, !phone.isGone else { return }
      if phone.world.time >= end {
        isStopped = true
        return onEnd()
      }
      phone.send(bytes)
      wait(cap.map { min(interval * 2, $0) } ?? interval * 2)
    }
  }
}
