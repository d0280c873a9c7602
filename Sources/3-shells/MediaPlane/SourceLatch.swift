import Addressing
import Machines

/// Decides which packets on a port are a party's own, and where packets for it go.
///
/// Descriptions lie: a phone behind a NAT signals an address that nobody can reach, and its media
/// comes from another one. So a source is *latched* once enough consistent packets came from it.
/// The signalled address is preferred, then the one that the signalling came from; any other may
/// be latched only when the signalled one cannot work and neither of the two was heard. Once
/// latched, other sources are strays. A new port of the same address (a NAT that forgot its
/// binding) is learned after a silence, and new signalling starts the search again, while the
/// old source stays welcome until a new one is found.
///
/// A value without I/O or clock; constant in size and in time per packet.
struct SourceLatch: Sendable {
  struct Rules: Sendable {
    /// Consecutive consistent packets that make a latch.
    var packets: Int
    /// Silence, in nanoseconds, after which another port of the latched address may be learned.
    var relearnAfter: Int64
    /// Silence, in nanoseconds, after which a candidate gives way to another source.
    var candidateIdle: Int64
    /// Whether a source that signalling never named may be latched at all.
    var admitsStrangers: Bool
  }

  /// What of a packet must continue from one to the next.
  enum Mark: Equatable, Sendable {
    case rtp(source: UInt32, sequenceNumber: UInt16)
    /// A packet without sequence: RTCP, UDPTL, DTLS.
    case opaque
  }

  enum Admission: Equatable, Sendable {
    /// The party's: forward it.
    case accepted
    /// The party's, and its source was latched just now: `destination` has changed.
    case latched
    /// Another's, or not yet known to be the party's: drop it.
    case stray
  }

  /// How well a source fits what was signalled; lower is better.
  enum Rank: Int, Comparable, Sendable {
    case signalledEndpoint = 0, signalledAddress, signallingAddress, other

    static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
  }

  private struct Candidate: Sendable {
    var source: IPEndpoint
    var mark: Mark
    var count: Int
    var lastHeard: Instant
  }

  /// Where packets for the party go, nil while nothing is known.
  private(set) var destination: IPEndpoint?
  private(set) var latched: IPEndpoint?

  private var rank = Rank.other
  private var lastHeard = Instant(nanoseconds: 0)
  private var signalled: IPEndpoint?
  private var signallingAddress: IPAddress?
  private var described = false
  /// Where the party was before the search began anew.
  private var retained: IPEndpoint?
  /// For RTCP: the address that RTP was latched to, which it follows.
  private var companion: IPAddress?
  private var preferredHeard = false
  private var candidates = InlineArray<4, Candidate?>(repeating: nil)

  init() {}
}

// MARK: - Signalling

extension SourceLatch {
  /// Takes what signalling says. The same words again change nothing, so that a session refresh
  /// opens no window to strangers.
  ///
  /// - Parameters:
  ///   - endpoint: the party's signalled endpoint; nil keeps what was known (a party on hold
  ///     signals none).
  ///   - described: whether the party has sent any description yet.
  mutating func signal(_ endpoint: IPEndpoint?, from source: IPAddress?, described: Bool) {
    let endpoint = endpoint ?? signalled
    let source = source ?? signallingAddress
    self.described = self.described || described
    guard endpoint != signalled || source != signallingAddress else { return }
    let moved = endpoint != signalled
    signalled = endpoint
    signallingAddress = source
    companion = nil
    search()
    // New words about the same place do not undo what is known to work; nor does a place that
    // cannot work.
    if retained == nil || (moved && isSignalledUsable) { destination = endpoint }
  }

  /// For RTCP: RTP was latched to this source, and RTCP comes from the same address. Until it
  /// does, the port above is the best guess unless the signalled one is at that address.
  mutating func follow(_ source: IPEndpoint) {
    let asSignalled = signalled.map { $0.address == source.address } ?? false
    companion = source.address
    if let latched, latched.address == source.address, latched.port == source.port &+ 1 { return }
    search()
    if asSignalled {
      destination = signalled
    } else if source.port < .max {
      destination = IPEndpoint(source.address, source.port + 1)
    }
  }

  private mutating func search() {
    retained = latched ?? retained
    latched = nil
    preferredHeard = false
    clearCandidates()
  }

  private mutating func clearCandidates() {
    for slot in 0..<4 { candidates[slot] = nil }
  }

  /// Whether the signalled address can possibly reach the party. A private address means nothing
  /// where signalling comes from a public one.
  private var isSignalledUsable: Bool {
    guard let address = signalled?.address else { return false }
    if address.isUnspecified || address.isMulticast { return false }
    guard address.isPrivate, let signallingAddress else { return true }
    return signallingAddress.isPrivate || signallingAddress.isLoopback
  }
}

// MARK: - Packets

extension SourceLatch {
  mutating func admit(
    _ source: IPEndpoint, _ mark: Mark, at now: Instant, _ rules: Rules
  ) -> Admission {
    guard let latched else { return consider(source, mark, at: now, rules) }
    if source == latched {
      lastHeard = now
      return .accepted
    }
    return challenge(latched, by: source, mark, at: now, rules)
  }

  /// A packet while no source is latched.
  private mutating func consider(
    _ source: IPEndpoint, _ mark: Mark, at now: Instant, _ rules: Rules
  ) -> Admission {
    guard let rank = rank(of: source), rank < .other || rules.admitsStrangers else {
      return source == retained ? .accepted : .stray
    }
    if rank < .other { preferredHeard = true }
    let counted = count(source, mark, as: rank, at: now, rules)
    if counted >= rules.packets, !betterIsHeard(than: rank, at: now, rules) {
      latch(source, as: rank, at: now)
      return .latched
    }
    if source == retained { return .accepted }
    // The first packets of a call are not lost to caution when they come from where signalling
    // says; a stranger's are held back until they have proved consistent.
    let trusted = counted > 0 && rank < .other && !betterIsHeard(than: rank, at: now, rules)
    return trusted ? .accepted : .stray
  }

  /// A packet from elsewhere while a source is latched. Three can displace it: the very endpoint
  /// that was signalled; a preferred address, when a mere stranger holds the latch; another port
  /// of the same address after silence.
  private mutating func challenge(
    _ latched: IPEndpoint, by source: IPEndpoint, _ mark: Mark, at now: Instant, _ rules: Rules
  ) -> Admission {
    guard let challenger = rank(of: source, whileLatched: true) else { return .stray }
    let outranks =
      challenger < rank && (challenger == .signalledEndpoint || rank == .other)
    let rebound =
      source.address == latched.address && (now - lastHeard).wholeNanoseconds >= rules.relearnAfter
    guard outranks || rebound else { return .stray }
    guard count(source, mark, as: challenger, at: now, rules) >= rules.packets else {
      return .stray
    }
    latch(source, as: challenger, at: now)
    return .latched
  }

  private mutating func latch(_ source: IPEndpoint, as rank: Rank, at now: Instant) {
    latched = source
    destination = source
    self.rank = rank
    lastHeard = now
    retained = nil
    clearCandidates()
  }

  /// Nil when the source may not be latched at all.
  private func rank(of source: IPEndpoint, whileLatched: Bool = false) -> Rank? {
    if source == signalled { return .signalledEndpoint }
    if let companion {
      return source.address == companion ? .signalledAddress : nil
    }
    if source.address == signalled?.address { return .signalledAddress }
    if source.address == signallingAddress { return .signallingAddress }
    if whileLatched { return source.address == latched?.address ? .other : nil }
    return described && !preferredHeard && !isSignalledUsable ? .other : nil
  }

  /// How many packets in a row the source has sent, 0 when another candidate of the same rank
  /// is being heard.
  private mutating func count(
    _ source: IPEndpoint, _ mark: Mark, as rank: Rank, at now: Instant, _ rules: Rules
  ) -> Int {
    let slot = rank.rawValue
    var next = Candidate(source: source, mark: mark, count: 1, lastHeard: now)
    if let current = candidates[slot] {
      if current.source == source {
        next.count = continues(current.mark, mark) ? current.count &+ 1 : 1
      } else if (now - current.lastHeard).wholeNanoseconds < rules.candidateIdle {
        return 0
      }
    }
    candidates[slot] = next
    return next.count
  }

  /// Whether one packet may follow another of the same sender (RFC 3550 appendix A.1's bounds).
  private func continues(_ previous: Mark, _ next: Mark) -> Bool {
    guard case .rtp(let source, let number) = previous,
      case .rtp(let nextSource, let nextNumber) = next
    else { return true }
    let ahead = nextNumber &- number
    return source == nextSource && ahead != 0 && (ahead < 3000 || ahead > 0 &- 100)
  }

  private func betterIsHeard(than rank: Rank, at now: Instant, _ rules: Rules) -> Bool {
    for slot in 0..<rank.rawValue {
      if let other = candidates[slot],
        (now - other.lastHeard).wholeNanoseconds < rules.candidateIdle
      {
        return true
      }
    }
    return false
  }
}
