/// Which nonce counts of one nonce have been seen (RFC 7616 §3.3, `nc`).
///
/// A client that sends several requests at once may have them overtake each other, so counts are
/// remembered in a window of 64, as receivers of SRTP do, instead of by the highest alone.
struct NonceUse: Sendable {
  enum Admission: Equatable {
    case fresh
    /// The same request again: over UDP its answer may have been lost.
    case retransmission
    case replayed
  }

  /// Who logged in with the nonce, as a fingerprint: nobody else may use it up.
  private let owner: UInt64
  private var highest: UInt32 = 0
  /// Bit `n` stands for the count `highest - n`.
  private var window: UInt64 = 0
  /// The requests of the latest counts, to know their retransmissions; count 0 is an empty place.
  private var recentCounts = SIMD4<UInt32>()
  private var recentRequests = SIMD4<UInt64>()
  private var nextPlace = 0

  init(owner: UInt64) {
    self.owner = owner
  }

  /// Admits `count`, which is at least 1, or says why not. Only `fresh` changes anything.
  mutating func admit(_ count: UInt32, request: UInt64, by user: UInt64) -> Admission {
    guard user == owner else { return .replayed }
    if count > highest {
      let step = count - highest
      window = step < 64 ? window << UInt64(step) | 1 : 1
      highest = count
    } else {
      let depth = highest - count
      guard depth < 64 else { return .replayed }
      let bit: UInt64 = 1 << UInt64(depth)
      guard window & bit == 0 else {
        return isRecent(count, request) ? .retransmission : .replayed
      }
      window |= bit
    }
    recentCounts[nextPlace] = count
    recentRequests[nextPlace] = request
    nextPlace = (nextPlace + 1) % 4
    return .fresh
  }

  private func isRecent(_ count: UInt32, _ request: UInt64) -> Bool {
    (0..<4).contains { recentCounts[$0] == count && recentRequests[$0] == request }
  }
}
