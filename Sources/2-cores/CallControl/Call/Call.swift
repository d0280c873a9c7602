import Machines
import MediaControl
import SIP

/// A call as a back-to-back user agent holds it: the caller's leg, and a leg for each phone that
/// was tried. A value that is the fold of its events: only `apply` changes it.
package struct Call: Equatable, Sendable {
  package enum Stage: Equatable, Sendable {
    /// Waiting to be told where it goes → dialling, talking (a service), releasing.
    case routing
    /// Phones are being tried, group by group → rerouting, talking, releasing.
    case dialling
    /// All phones that were tried have failed; waiting to be told where the call goes next
    /// → dialling, talking, releasing.
    case rerouting(RouteInquiry)
    /// Answered by a callee leg, or by the switch itself; later whoever has taken the place of one
    /// of the two → talking (another), releasing.
    case talking(with: Answerer)
    /// Over for the parties; media reports and last transactions are still to come → (forgotten).
    case releasing
  }

  package enum Answerer: Equatable, Sendable {
    case leg(LegID)
    case echo
    /// The service of this name, which plays something.
    case service(String)
  }

  package let id: CallID
  package let opening: CallOpening

  package private(set) var stage: Stage = .routing
  /// Index 0 is the caller's; a leg's id is its index.
  package private(set) var legs: [Leg]
  /// Groups of targets that are still to be tried, the next first.
  package private(set) var untried: [[CallTarget]] = []
  package private(set) var isAnchored = false
  /// When the phones that ring now are given up.
  package private(set) var ringDeadline: Instant?
  /// When the phones of this route are given up, the groups that have not been tried too.
  package private(set) var searchDeadline: Instant?
  /// Who has sent the call on so far, the first first.
  package private(set) var diversions: [Diversion] = []
  /// Where a phone of this route redirects to.
  package private(set) var redirection: [String] = []
  /// The best failure so far of the phones tried, since the call was sent on last (RFC 3261
  /// §16.7 step 6).
  package private(set) var bestFailure: CallFailure?
  /// The party that talks with the one that `talking` names: the caller, until another takes its
  /// place.
  package private(set) var firstParty = LegID.caller
  /// A transfer that is under way.
  package private(set) var transfer: Transfer?
  /// Who has taken whose place so far, the first first.
  package private(set) var joinings: [Joining] = []
  /// A party that has yet to be told of whom it talks with now.
  package private(set) var reoffer: Reoffer?
  /// Streams that run through the media plane: with which callee leg, and how many.
  package private(set) var bridge: Bridge?
  package private(set) var awaitedReports: Int = 0
  /// What the caller hears of the switch itself: as the answer, or before the call fails.
  package private(set) var programme: CallProgramme?

  package private(set) var rangAt: WallTime?
  package private(set) var firstRinging: LegID?
  package private(set) var answeredAt: Now?
  /// When even a call that nobody ends is over.
  package private(set) var lastMoment: Instant?
  /// Stays when the call is released, for its record.
  package private(set) var answerer: Answerer?
  package private(set) var release: CallRelease?
  package private(set) var reports: [MediaReport] = []
  /// What was counted so far of the streams that run, by their place.
  package private(set) var progress: [MediaReport] = []
  /// The last sign of life of a party that is on record: a packet of media or, after a restart,
  /// a message.
  package private(set) var lastSeen: WallTime?
  /// How often the call was taken up again from its log.
  package private(set) var resumptions = 0
  package private(set) var codec: String?
  /// The record of the call has been handed over.
  package private(set) var isRecorded = false

  /// The call as its first event, `opened`, makes it.
  package init(opening: CallOpening) {
    id = opening.id
    self.opening = opening
    legs = [opening.caller]
  }

  package mutating func apply(_ event: CallEvent) {
    switch event {
    case .opened:
      break  // What it says is what the call was made of.
    case .routed(let groups, let isAnchored):
      untried = groups
      self.isAnchored = isAnchored
      stage = .dialling
      searchDeadline = nil
      redirection = []
    case .searchLimited(let until):
      searchDeadline = until
    case .redirected(let contacts):
      redirection = contacts
    case .rerouting(let inquiry):
      stage = .rerouting(inquiry)
      ringDeadline = nil
      searchDeadline = nil
      redirection = []
      untried = []
    case .diverted(let diversion):
      diversions.append(diversion)
      // What follows is another party's: its failure, and its ringing, are the news.
      bestFailure = nil
      firstRinging = nil
    case .groupDialled(let deadline):
      untried.removeFirst()
      ringDeadline = deadline
    case .legOpened(let leg):
      legs.append(leg)
    case .leg(let id, let event):
      legs[Int(id.index)].apply(event)
    case .rang(let leg, let time):
      firstRinging = leg
      rangAt = rangAt ?? time
    case .answered(let answerer, let time, let until):
      lastMoment = until
      stage = .talking(with: answerer)
      self.answerer = answerer
      answeredAt = time
      ringDeadline = nil
      searchDeadline = nil
      redirection = []
      untried = []
    case .transferring(let transfer):
      self.transfer = transfer
    case .joined(let joining):
      joinings.append(joining)
      firstParty = joining.first
      stage = .talking(with: .leg(joining.second))
      transfer = nil
    case .reoffering(let reoffer):
      self.reoffer = reoffer
    case .failed(let failure):
      bestFailure = failure
    case .codecChosen(let codec):
      self.codec = codec
    case .anchored:
      isAnchored = true
    case .bridged(let bridge):
      self.bridge = bridge
      if bridge.callee != nil { programme = nil }
    case .programmed(let programme):
      self.programme = programme
    case .released(let release):
      self.release = release
      stage = .releasing
      lastMoment = nil
      transfer = nil
      reoffer = nil
      programme = nil
      ringDeadline = nil
      searchDeadline = nil
      redirection = []
      untried = []
    case .mediaClosed(let streams):
      bridge = nil
      awaitedReports += streams
    case .mediaReported(let report):
      reports.append(report)
      progress.removeAll { $0.stream == report.stream }
      awaitedReports = max(0, awaitedReports - 1)
    case .mediaCounted(let report, let lastPacket):
      progress.removeAll { $0.stream == report.stream }
      progress.append(report)
      note(lastPacket)
    case .resumed(let resumption):
      // Whoever was to report is gone; what it had counted so far is what there is.
      awaitedReports = 0
      reports += progress
      progress = []
      resumptions += 1
      note(resumption.lastHeard)
    case .recorded:
      isRecorded = true
    }
  }
}

extension Call {
  private mutating func note(_ sign: WallTime?) {
    guard let sign else { return }
    lastSeen = lastSeen.map { max($0, sign) } ?? sign
  }

  // Lent, not copied: a leg is a large value, and each step looks at it many times.
  package var caller: Leg { _read { yield legs[0] } }

  package subscript(leg: LegID) -> Leg { _read { yield legs[Int(leg.index)] } }

  /// By their places, to walk over them while they change: whoever walks over the legs themselves
  /// holds them, and the first change copies them all.
  package var legIDs: some Sequence<LegID> { (0..<UInt8(legs.count)).lazy.map { LegID($0) } }

  package func has(_ leg: LegID) -> Bool { Int(leg.index) < legs.count }

  package func leg(_ id: LegID) -> Leg? {
    Int(id.index) < legs.count ? legs[Int(id.index)] : nil
  }

  /// The leg at the other end of an answered call.
  package func peer(of leg: LegID) -> LegID? {
    guard case .talking(with: .leg(let second)) = stage else { return nil }
    if leg == firstParty { return second }
    return leg == second ? firstParty : nil
  }

  package var isTalkingToService: Bool {
    switch stage {
    case .talking(with: .echo), .talking(with: .service): true
    case .talking(with: .leg), .routing, .rerouting, .dialling, .releasing: false
    }
  }

  /// When the call wants to be told that time has passed.
  @inline(__always) package var nextDeadline: Instant? {
    // Timers that only end what absorbs can all wait for the last of them.
    if isRecorded, legs.indices.allSatisfy({ legs[$0].isAbsorbing }) {
      return legs.indices.compactMap { legs[$0].lastDeadline }.max()
    }
    var deadline = earliest(earliest(ringDeadline, lastMoment), programme?.end)
    deadline = earliest(deadline, earliest(transfer?.ringDeadline, reoffer?.time))
    for index in legs.indices { deadline = earliest(deadline, legs[index].nextDeadline) }
    return deadline
  }

  // Inlined, as are the leg's own: a getter that is called is handed a copy of the whole value,
  // with a reference counted for each text in it.

  /// What is still to come; nil when nothing is.
  @inline(__always) var outlook: Outlook? { isOver ? nil : Outlook(nextDeadline: nextDeadline) }

  struct Outlook {
    let nextDeadline: Instant?
  }

  /// Nothing more will happen: the call can be forgotten.
  @inline(__always) package var isOver: Bool {
    isRecorded && legs.indices.allSatisfy { legs[$0].isQuiet }
  }
}
