import Machines
import MediaControl

/// What happened to a call. The call is the fold of these; a log of them is the call.
package enum CallEvent: Equatable, Sendable {
  /// The first event of every call, and only the first.
  case opened(CallOpening)
  case routed(groups: [[CallTarget]], isAnchored: Bool)
  case groupDialled(ringDeadline: Instant)
  case legOpened(Leg)
  case leg(LegID, LegEvent)
  /// The first phone rings; the caller is told of this one's ringing only.
  case rang(LegID, WallTime)
  /// `until`: when even a call that nobody ends is over.
  case answered(by: Call.Answerer, Now, until: Instant)
  case failed(CallFailure)
  case codecChosen(String)
  /// The switch itself is a party, so media comes here whatever the policy says.
  case anchored
  case bridged(Bridge)
  case released(CallRelease)
  case mediaClosed(streams: Int)
  case mediaReported(MediaReport)
  case recorded
}
