import Machines
import SIP

/// A party has the other one talk with somebody else in its own place (RFC 3515).
package struct Transfer: Equatable, Sendable {
  /// Whose place it is, and who sent the REFER.
  package let referrer: LegID
  /// The party that stays.
  package let transferee: LegID
  /// The URI in the Refer-To, without the headers in it.
  package let target: String
  /// The REFER's CSeq, by which its notifications are told from another's (RFC 3515 §2.4.6).
  package let referNumber: UInt32
  /// The referrer wants to hear how it goes (RFC 4488 §4).
  package let isNotifying: Bool
  /// Waiting to be told where the target is.
  package internal(set) var isRouting = true
  /// Groups of phones that are still to be tried, the next first.
  package internal(set) var untried: [[CallTarget]] = []
  /// When the phones that ring now are given up.
  package internal(set) var ringDeadline: Instant?
  /// The best failure so far of the phones tried.
  package internal(set) var failure: CallFailure?
  /// What the referrer was told last.
  package internal(set) var toldStatus = 0

  init(
    referrer: LegID, transferee: LegID, target: String, referNumber: UInt32, isNotifying: Bool
  ) {
    self.referrer = referrer
    self.transferee = transferee
    self.target = target
    self.referNumber = referNumber
    self.isNotifying = isNotifying
  }
}

/// Two legs talk with each other that did not before.
package struct Joining: Equatable, Sendable {
  package let first: LegID
  package let second: LegID
  /// Whose place one of them has taken.
  package let referrer: LegID
  package let time: Now
}

extension Joining {
  /// Who is new: legs are numbered as they come.
  package var newcomer: LegID { max(first, second) }
}

/// A party is to be told of the other one's media, when its dialog is free for it.
package struct Reoffer: Equatable, Sendable {
  package let leg: LegID
  package let time: Instant
}
