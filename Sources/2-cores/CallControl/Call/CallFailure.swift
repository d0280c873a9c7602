/// A final response that a tried phone gave, or that stands for its silence.
package struct CallFailure: Equatable, Sendable {
  package let status: Int
  package let reason: String?
  /// The phone's owner; empty where the switch itself refuses.
  package let party: String

  /// The smaller, the more the caller should hear of it: RFC 3261 §16.7 step 6, and within a
  /// class what says most (a busy phone over one that was silent).
  var rank: Int {
    switch status {
    case 600...699: 0
    case 486, 603: 1
    case 401, 407, 415, 420, 484, 488: 2
    case 408, 480, 487: 4
    case 400...499: 3
    case 300...399: 5
    case 503: 7
    default: 6
    }
  }

  /// What the caller is told. Most failures pass as they are; not those that speak of a hop that
  /// is not the caller's.
  var responseToCaller: (status: Int, reason: String?) {
    // The switch's own words need no translation.
    if party.isEmpty { return (status, reason) }
    switch status {
    // A redirection that the switch does not follow; the caller must not go around it.
    case 300...399: return (480, nil)
    // The caller cannot answer a challenge of the callee's own realm.
    case 401, 407: return (403, nil)
    // §16.7 step 6: a 503 would make the caller avoid this switch, not that phone.
    case 503: return (500, nil)
    // Nobody cancelled: the phone ended its own ringing.
    case 487: return (480, nil)
    default: return (status, reason)
    }
  }
}
