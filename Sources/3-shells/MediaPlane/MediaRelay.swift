import Addressing
import MediaControl
import Synchronization

/// The sockets of a pair of ports that another process bound.
package struct AdoptedSockets: Equatable, Sendable {
  package var rtp: Int32
  package var rtcp: Int32

  package init(rtp: Int32, rtcp: Int32) {
    self.rtp = rtp
    self.rtcp = rtcp
  }
}

/// Relays media between the parties of calls, on threads of its own.
///
/// Calls come from any thread and return at once; those about one stream take effect in their
/// order. What happens on a stream is told by notices, on a media thread: a handler that takes
/// long delays media.
package final class MediaRelay: Sendable {
  private let pool: PortPool
  private let threads: [MediaThread]
  private let refused = Atomic<Int>(0)
  private let isShutDown = Mutex(false)

  /// Binds the first ports and starts the threads.
  ///
  /// - Parameters:
  ///   - clock: the node's steady timeline, for `DirectionStatistics.lastPacket`.
  ///   - adopted: sockets that an earlier process bound; each is used or closed. What they hold is
  ///     thrown away.
  ///   - onBound: told once of each pair that is bound, with its sockets, which stay the relay's
  ///     and stay open until `shutdown`. Comes on whichever thread bound it, never on one that
  ///     carries media; adopted pairs are not told of.
  ///   - onNotice: called on a media thread, in the order of what it tells about a stream.
  package init(
    _ configuration: MediaConfiguration, clock: MediaClock,
    adopting adopted: [PortPair: AdoptedSockets] = [:],
    onBound: @escaping @Sendable (PortPair, _ rtp: Int32, _ rtcp: Int32) -> Void = { _, _, _ in },
    onNotice: @escaping @Sendable (MediaNotice) -> Void
  ) throws(MediaPlaneFault) {
    guard configuration.threads > 0 else {
      throw .configuration("at least one media thread is needed")
    }
    pool = try PortPool(configuration, adopting: adopted, onBound: onBound)
    var threads: [MediaThread] = []
    do throws(MediaPlaneFault) {
      for number in 0..<configuration.threads {
        threads.append(
          try MediaThread(
            number, configuration, clock: clock, pool: pool, onNotice: onNotice))
      }
    } catch {
      for thread in threads { thread.stop() }
      pool.shutdown()
      throw error
    }
    self.threads = threads
  }

  deinit { shutdown() }

  /// Takes a bound pair of ports; nil when the range is exhausted. Constant time: the pool binds
  /// ahead, and binds here only when a burst emptied it.
  package func reserve() -> PortPair? {
    pool.reserve()
  }

  /// Takes this very pair, whose number is on record: bound already or not, in quarantine or not.
  ///
  /// - Returns: false if it is taken, outside of the range, or bound by another program.
  package func claim(_ ports: PortPair) -> Bool {
    pool.claim(ports)
  }

  /// Gives a pair back, to quarantine. May come before or after `close` of the stream that uses
  /// it: the quarantine begins when both have happened. Ports that are not reserved are ignored.
  package func release(_ ports: PortPair) {
    pool.release(ports)
  }

  /// Starts a stream, or replaces what has changed of it: another pair of ports on a side (the
  /// call was forked) continues that side's statistics.
  ///
  /// Both pairs are reserved, differ, and belong to no other stream; else nothing happens but
  /// `MediaCounters.refusedCommands`.
  package func relay(_ stream: StreamID, caller: Termination, callee: Termination) {
    guard caller.ports != callee.ports, let callerPlan = plan(caller, for: stream) else {
      return refuse()
    }
    guard let calleePlan = plan(callee, for: stream) else {
      pool.detach(callerPlan.pair.index)
      return refuse()
    }
    send(.relay(stream, caller: callerPlan, callee: calleePlan), about: stream)
  }

  /// Sends a party's media back to it, unchanged; RTCP is not answered. In the report the party
  /// is the caller.
  package func echo(_ stream: StreamID, _ party: Termination) {
    guard let plan = plan(party, for: stream) else { return refuse() }
    send(.echo(stream, plan), about: stream)
  }

  /// Plays a programme to a party, or goes on with it as the party wants it now. What the party
  /// sends is counted, as the caller's in the report, and goes nowhere.
  package func play(_ stream: StreamID, _ party: Termination, _ playing: Playing) {
    guard let plan = plan(party, for: stream) else { return refuse() }
    send(.play(stream, plan, playing), about: stream)
  }

  /// Takes a new description of a party. A changed address, of the party or of its signalling,
  /// starts the search for the source of its media anew.
  package func update(
    _ stream: StreamID, _ side: StreamSide, remote: RemoteMedia, signallingSource: IPAddress?
  ) {
    send(.update(stream, side, remote, signallingSource), about: stream)
  }

  /// Ends a stream and answers with exactly one `MediaNotice.report`, an empty one when the
  /// stream is unknown.
  package func close(_ stream: StreamID) {
    send(.close(stream), about: stream)
  }

  /// Cheap enough to be read at each scrape of metrics.
  package var counters: MediaCounters {
    var counters = MediaCounters()
    for thread in threads { thread.published.add(to: &counters) }
    pool.count(into: &counters)
    counters.refusedCommands = refused.load(ordering: .relaxed)
    return counters
  }

  /// Carries out the commands given so far, then ends the threads and closes all ports. Streams
  /// that were not closed end without a report; later calls do nothing.
  package func shutdown() {
    let wasShutDown = isShutDown.withLock { isShutDown in
      defer { isShutDown = true }
      return isShutDown
    }
    guard !wasShutDown else { return }
    for thread in threads { thread.stop() }
    pool.shutdown()
  }

  private func plan(_ termination: Termination, for stream: StreamID) -> LegPlan? {
    pool.attach(termination.ports, to: stream).map { pair in
      LegPlan(
        pair: pair, remote: termination.remote, signallingSource: termination.signallingSource)
    }
  }

  /// A stream stays on one thread, chosen by its name; the multiplication (Fibonacci hashing)
  /// spreads names that were counted up.
  private func send(_ command: MediaCommand, about stream: StreamID) {
    let hash = (stream.value &* 0x9E37_79B9_7F4A_7C15) >> 33
    threads[Int(hash % UInt64(threads.count))].commands.append(command)
  }

  private func refuse() {
    refused.add(1, ordering: .relaxed)
  }
}
