import Machines
import MediaControl

/// What happened to a call. The call is the fold of these; a log of them is the call.
package enum CallEvent: Equatable, Sendable {
  /// The first event of every call, and only the first.
  indirect case opened(CallOpening)
  case routed(groups: [[CallTarget]], isAnchored: Bool)
  /// The phones of this route, those of later groups too, are given up then.
  case searchLimited(until: Instant)
  case groupDialled(ringDeadline: Instant)
  /// A phone redirects the call; followed when no phone of the route has taken it.
  case redirected(contacts: [String])
  /// All phones of the route have failed, and it is asked where the call goes next.
  case rerouting(RouteInquiry)
  /// The call goes on from one callee to another.
  indirect case diverted(Diversion)
  indirect case legOpened(Leg)
  case leg(LegID, LegEvent)
  /// The first phone rings; the caller is told of this one's ringing only.
  case rang(LegID, WallTime)
  /// `until`: when even a call that nobody ends is over.
  case answered(by: Call.Answerer, Now, until: Instant)
  case failed(CallFailure)
  /// A party has another called in its place, and how far that has come; nil: it came to nothing.
  indirect case transferring(Transfer?)
  /// From now on these two talk with each other.
  case joined(Joining)
  /// A party is to be told of the other one's media, or has been.
  case reoffering(Reoffer?)
  case codecChosen(String)
  /// The switch itself is a party, so media comes here whatever the policy says.
  case anchored
  case bridged(Bridge)
  /// Something is played to the caller from now on.
  indirect case programmed(CallProgramme)
  indirect case released(CallRelease)
  case mediaClosed(streams: Int)
  indirect case mediaReported(MediaReport)
  /// What a stream that goes on came to so far, so that a crash loses no more than since then.
  indirect case mediaCounted(MediaReport, lastPacket: WallTime?)
  /// The call was taken up again from its log, after the process that carried it had ended.
  case resumed(Resumption)
  case recorded
}

/// What the log says about the time that a call went without its process.
package struct Resumption: Equatable, Sendable {
  package let time: Now
  /// When a party was last heard, as far as the log knows.
  package let lastHeard: WallTime

  package init(time: Now, lastHeard: WallTime) {
    self.time = time
    self.lastHeard = lastHeard
  }
}
