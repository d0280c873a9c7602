import Addressing
import Machines
import MediaControl

/// A stream on its media thread: its legs by their indices.
struct StreamEntry: Sendable {
  var caller: Int?
  var callee: Int?
  /// When silence began to count: the start of the stream, or its last change by signalling.
  var since: Instant
  var isSilenceTold = false
  /// When, and at how many packets, progress was told last.
  var toldAt: Instant
  var toldPackets: UInt64 = 0

  init(since now: Instant) {
    since = now
    toldAt = now
  }
}

// What commands do. They may take locks and allocate; the packet path does not come here.

extension MediaLoop {
  mutating func carryOut(_ command: MediaCommand) {
    switch command {
    case .relay(let stream, let caller, let callee):
      var entry = streams[stream] ?? StreamEntry(since: clock.now)
      place(caller, on: \.caller, of: &entry)
      place(callee, on: \.callee, of: &entry)
      stopProgrammes(of: entry)
      settle(stream, entry)
    case .echo(let stream, let party):
      var entry = streams[stream] ?? StreamEntry(since: clock.now)
      vacate(\.callee, of: &entry)
      place(party, on: \.caller, of: &entry)
      stopProgrammes(of: entry)
      settle(stream, entry)
    case .play(let stream, let party, let playing):
      var entry = streams[stream] ?? StreamEntry(since: clock.now)
      vacate(\.callee, of: &entry)
      place(party, on: \.caller, of: &entry)
      if let caller = entry.caller { play(playing, on: caller) }
      settle(stream, entry)
    case .update(let stream, let side, let remote, let source):
      guard let entry = streams[stream],
        let index = side == .caller ? entry.caller : entry.callee
      else { return }
      legs[index].signal(remote, from: source, families)
      settle(stream, entry)
    case .close(let stream):
      end(stream)
    case .stop:
      break
    }
  }

  /// Puts a leg at one side of a stream. What stood there leaves its counts behind.
  private mutating func place(
    _ plan: LegPlan, on side: WritableKeyPath<StreamEntry, Int?>, of entry: inout StreamEntry
  ) {
    let index = plan.pair.index
    if legs.isOccupied(index) {
      // The leg has its hold already. It can only be this stream's own, by the pool's ownership.
      pool.detach(index)
      guard entry[keyPath: side] == index else { return }
    } else {
      let tally = vacate(side, of: &entry)
      attach(plan.pair, tally: tally)
      entry[keyPath: side] = index
    }
    legs[index].signal(plan.remote, from: plan.signallingSource, families)
  }

  /// The parties hear each other from now on, and no programme.
  private mutating func stopProgrammes(of entry: StreamEntry) {
    for index in [entry.caller, entry.callee] {
      if let index { stopPlaying(on: index) }
    }
  }

  @discardableResult
  private mutating func vacate(
    _ side: WritableKeyPath<StreamEntry, Int?>, of entry: inout StreamEntry
  ) -> LegTally {
    guard let index = entry[keyPath: side] else { return LegTally() }
    entry[keyPath: side] = nil
    return detach(index)
  }

  private mutating func attach(_ pair: BoundPair, tally: LegTally) {
    legs.insert(Leg(pair, tally: tally), at: pair.index)
    let generation = legs.generation(pair.index)
    poll.add(
      pair.rtp, token: Self.token(index: pair.index, generation: generation, control: false))
    poll.add(
      pair.rtcp, token: Self.token(index: pair.index, generation: generation, control: true))
  }

  private mutating func detach(_ index: Int) -> LegTally {
    stopPlaying(on: index)
    poll.remove(legs[index].rtpSocket)
    poll.remove(legs[index].rtcpSocket)
    let leg = legs.remove(index)
    pool.detach(index)
    return leg.tally
  }

  /// Links the legs of a stream and starts its silence anew.
  private mutating func settle(_ stream: StreamID, _ changed: StreamEntry) {
    var entry = changed
    if let caller = entry.caller { legs[caller].peer = entry.callee ?? caller }
    if let callee = entry.callee { legs[callee].peer = entry.caller }
    if streams.isEmpty { nextInspection = clock.now }
    entry.since = clock.now
    entry.isSilenceTold = false
    streams[stream] = entry
  }

  private mutating func end(_ stream: StreamID) {
    var report = StreamReport()
    if var entry = streams.removeValue(forKey: stream) {
      // What arrived before the end of the call still counts and still goes through.
      if let caller = entry.caller { serveLast(caller) }
      if let callee = entry.callee { serveLast(callee) }
      report.fromCaller = vacate(\.caller, of: &entry).statistics
      report.fromCallee = vacate(\.callee, of: &entry).statistics
    }
    onNotice(.report(stream, report))
  }

  /// Looks for streams on which nobody who should send does.
  mutating func inspect(now: Instant, inactivity: Duration) {
    for (stream, entry) in streams {
      guard let silence = silence(of: entry, now: now) else { continue }
      if silence < inactivity {
        guard entry.isSilenceTold else { continue }
        streams[stream]?.isSilenceTold = false
        onNotice(.active(stream))
      } else if !entry.isSilenceTold {
        streams[stream]?.isSilenceTold = true
        onNotice(.inactive(stream))
      }
    }
  }

  /// Tells of streams on which something passed since it was told last, each in its own time.
  mutating func tellProgress(now: Instant, interval: Duration) {
    for (stream, entry) in streams where now - entry.toldAt >= interval {
      var report = StreamReport()
      if let caller = entry.caller { report.fromCaller = legs[caller].tally.statistics }
      if let callee = entry.callee { report.fromCallee = legs[callee].tally.statistics }
      let packets = report.fromCaller.packetsReceived &+ report.fromCallee.packetsReceived
      guard packets != entry.toldPackets else { continue }
      streams[stream]?.toldAt = now
      streams[stream]?.toldPackets = packets
      onNotice(.progress(stream, report))
    }
  }

  /// How long all parties that should send have been silent; nil when none should.
  private func silence(of entry: StreamEntry, now: Instant) -> Duration? {
    var shouldSend = false
    var last = entry.since
    for index in [entry.caller, entry.callee] {
      guard let index, legs[index].sends else { continue }
      shouldSend = true
      if let life = legs[index].tally.lastLife, life > last { last = life }
    }
    return shouldSend ? now - last : nil
  }
}
