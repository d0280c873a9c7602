/// A pair of bound ports: their descriptors and their place in the range.
struct BoundPair: Equatable, Sendable {
  var index: Int
  var rtp: Int32
  var rtcp: Int32
}

/// The state of each pair in the range and the moves between the states. Once bound, a pair stays
/// bound. Every operation takes
/// constant time, but for those that say otherwise.
struct PortLedger: Sendable {
  private enum Slot: Sendable {
    /// → taken, to be bound.
    case unbound
    /// Being bound or emptied by a thread. → unbound, ready, reserved.
    case taken
    /// → reserved, when handed out.
    case ready(BoundPair)
    /// → quarantined, when released and held by nobody.
    case reserved(BoundPair, Use)
    /// → taken, after its time or when it is needed.
    case quarantined(BoundPair, until: ContinuousClock.Instant)
  }

  /// Who uses a reserved pair.
  private struct Use: Sendable {
    var owner: StreamID?
    /// Commands and legs that may touch the descriptors.
    var holds = 0
    var released = false
  }

  private var slots: [Slot]
  private(set) var unbound: IndexQueue
  private(set) var ready: IndexQueue
  private(set) var quarantined: IndexQueue
  private(set) var inUse = 0
  var stopped = false

  /// - Parameters:
  ///   - capacity: the pairs of the range.
  ///   - order: the indices to use, each once; the first is bound first.
  init(capacity: Int, order: some Sequence<Int>) {
    slots = Array(repeating: .unbound, count: capacity)
    unbound = IndexQueue(capacity: capacity)
    ready = IndexQueue(capacity: capacity)
    quarantined = IndexQueue(capacity: capacity)
    for index in order { unbound.append(index) }
  }

  /// An index that the taker tries to bind, and then puts somewhere.
  mutating func takeUnbound() -> Int? {
    guard let index = unbound.popFirst() else { return nil }
    slots[index] = .taken
    return index
  }

  /// After a failed attempt: tried again when its turn comes.
  mutating func putUnbound(_ index: Int) {
    slots[index] = .unbound
    unbound.append(index)
  }

  /// What somebody who wants one pair and no other finds.
  enum Claim: Equatable {
    /// The taker binds it and puts it among the reserved, or the unbound.
    case unbound
    /// The taker empties it and puts it among the reserved.
    case bound(BoundPair)
    /// Another thread is at it, for a moment.
    case busy
    case refused
  }

  mutating func claim(_ index: Int) -> Claim {
    guard !stopped else { return .refused }
    switch slots[index] {
    case .unbound:
      unbound.remove(index)
      slots[index] = .taken
      return .unbound
    case .taken:
      return .busy
    case .ready(let pair):
      ready.remove(index)
      slots[index] = .taken
      return .bound(pair)
    case .quarantined(let pair, _):
      quarantined.remove(index)
      slots[index] = .taken
      return .bound(pair)
    case .reserved:
      return .refused
    }
  }

  mutating func putBound(_ pair: BoundPair?, at index: Int) {
    guard let pair else { return putUnbound(index) }
    slots[index] = .ready(pair)
    ready.append(index)
  }

  mutating func putReserved(_ pair: BoundPair, at index: Int) {
    slots[index] = .reserved(pair, Use())
    inUse += 1
  }

  mutating func takeReady() -> BoundPair? {
    guard let index = ready.popFirst(), case .ready(let pair) = slots[index] else { return nil }
    putReserved(pair, at: index)
    return pair
  }

  /// Nil when the pair is not reserved, was released, or belongs to another stream.
  mutating func attach(_ index: Int, to stream: StreamID) -> BoundPair? {
    guard case .reserved(let pair, var use) = slots[index], !use.released,
      use.owner == nil || use.owner == stream
    else { return nil }
    use.owner = stream
    use.holds += 1
    slots[index] = .reserved(pair, use)
    return pair
  }

  /// - Returns: whether this began the only quarantine: there was no deadline before.
  mutating func detach(_ index: Int, until deadline: ContinuousClock.Instant) -> Bool {
    guard case .reserved(let pair, var use) = slots[index] else { return false }
    use.holds -= 1
    precondition(use.holds >= 0)
    if use.holds == 0 { use.owner = nil }
    slots[index] = .reserved(pair, use)
    return quarantineIfUnused(index, until: deadline)
  }

  /// - Returns: whether this began the only quarantine: there was no deadline before.
  mutating func release(_ index: Int, until deadline: ContinuousClock.Instant) -> Bool {
    guard case .reserved(let pair, var use) = slots[index] else { return false }
    use.released = true
    slots[index] = .reserved(pair, use)
    return quarantineIfUnused(index, until: deadline)
  }

  private mutating func quarantineIfUnused(
    _ index: Int, until deadline: ContinuousClock.Instant
  ) -> Bool {
    guard case .reserved(let pair, let use) = slots[index], use.released, use.holds == 0 else {
      return false
    }
    slots[index] = .quarantined(pair, until: deadline)
    quarantined.append(index)
    inUse -= 1
    return quarantined.count == 1
  }

  var nextExpiry: ContinuousClock.Instant? {
    guard let first = quarantined.first, case .quarantined(_, let until) = slots[first] else {
      return nil
    }
    return until
  }

  /// Pairs to empty, and then to put among the ready. Time grows with their number.
  mutating func takeExpired(now: ContinuousClock.Instant) -> [BoundPair] {
    var expired: [BoundPair] = []
    while let first = quarantined.first, case .quarantined(let pair, let until) = slots[first],
      until <= now
    {
      _ = quarantined.popFirst()
      slots[first] = .taken
      expired.append(pair)
    }
    return expired
  }

  /// The pair whose quarantine ends first, to be emptied and put among the reserved.
  mutating func takeQuarantined() -> BoundPair? {
    guard !stopped, let first = quarantined.popFirst(),
      case .quarantined(let pair, _) = slots[first]
    else { return nil }
    slots[first] = .taken
    return pair
  }

  /// All that is bound, to be closed at the end; nothing is handed out after this. Time grows with
  /// the range.
  mutating func removeAll() -> [BoundPair] {
    let pairs = slots.compactMap { slot -> BoundPair? in
      switch slot {
      case .unbound, .taken: nil
      case .ready(let pair), .reserved(let pair, _), .quarantined(let pair, _): pair
      }
    }
    for index in slots.indices { slots[index] = .unbound }
    unbound = IndexQueue(capacity: slots.count)
    ready = IndexQueue(capacity: slots.count)
    quarantined = IndexQueue(capacity: slots.count)
    inUse = 0
    return pairs
  }
}
