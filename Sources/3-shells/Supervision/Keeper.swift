import Glibc

/// A small process that starts the worker, holds its sockets, and starts it again when it dies.
///
/// The worker is the same executable in another role: what it keeps here outlives it, so that a
/// crash sends no ICMP error to anybody, and what arrives meanwhile waits in the kernel. When the
/// keeper dies it is the worker that starts a new one (`KeeperLink`), which adopts it.
///
/// One thread, one `poll`, no library but the C library's: there is little in it that could fail.
package final class Keeper {
  /// How long an upgrade may take to be prepared, and the old worker to hand over.
  static let preparation = Duration.seconds(60)
  static let handingOver = Duration.seconds(10)

  let arguments: [String]
  let environment: [String: String]
  let signals: StopSignals
  let report: (String) -> Void
  var program: WorkerProgram

  var table = KeptTable()
  var policy = RestartPolicy()
  var current: Worker?
  var upgrade: Upgrade?
  var restartAt: MonotonicTime?
  var service: ServiceDuties
  var stopsAsked = 0
  /// The status with which the keeper ends.
  var outcome: Int32?
  private var authors: UInt64 = 0
  private var descriptorLimit = 1024

  /// Another worker that is to take the place of the current one.
  struct Upgrade {
    let successor: Worker
    let program: WorkerProgram
    /// When the successor, or the worker that hands over to it, is given up.
    var deadline: MonotonicTime
    var isHandingOver = false
  }

  /// - Parameters:
  ///   - arguments: the worker's, without the program's name.
  ///   - name: `argv[0]`; an upgrade looks there for the new program.
  ///   - environment: passed on to workers. If it names a worker that started this keeper
  ///     (`KeeperLink`), that one is adopted and none is started.
  ///   - report: takes one line for each thing that an operator wants to know; to stderr, say.
  package init(
    arguments: [String], name: String, environment: [String: String],
    report: @escaping (String) -> Void
  ) throws(KeeperFault) {
    self.arguments = arguments
    self.environment = environment
    self.report = report
    service = ServiceDuties(environment: environment)
    signals = try StopSignals()
    program = try .own(name: name)
    raiseDescriptorLimit()
  }

  /// Keeps until the worker ends on purpose or is made to.
  ///
  /// - Returns: the status to exit with.
  package func run() -> Int32 {
    if let adopted = WorkerEnvironment.adopted(environment) {
      adopt(adopted)
    } else {
      takeStored()
      startWorker()
    }
    while true {
      if let outcome { return outcome }
      wait()
      while let signal = signals.take() { meet(signal) }
      for worker in workers { serve(worker) }
      meetDeadlines(MonotonicTime.now)
      for worker in workers { worker.flush() }
    }
  }

  var workers: [Worker] {
    var workers: [Worker] = []
    if let current { workers.append(current) }
    if let upgrade { workers.append(upgrade.successor) }
    return workers
  }

  func nextAuthor() -> UInt64 {
    authors += 1
    return authors
  }

  /// Whether so many descriptors more leave this process some for itself.
  func hasRoom(for count: Int) -> Bool {
    table.descriptors + count <= descriptorLimit - 64
  }

  private func raiseDescriptorLimit() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(resource, &limit)
    descriptorLimit = Int(clamping: limit.rlim_cur)
  }
}

// Waiting.
extension Keeper {
  private func wait() {
    var requests = [pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)]
    for worker in workers {
      requests.append(pollfd(fd: worker.process.descriptor, events: Int16(POLLIN), revents: 0))
      guard !worker.isSilent else { continue }
      let events = worker.hasOutgoing ? POLLIN | POLLOUT : POLLIN
      requests.append(pollfd(fd: worker.channel.descriptor, events: Int16(events), revents: 0))
    }
    poll(&requests, nfds_t(requests.count), timeout())
  }

  private func timeout() -> Int32 {
    let deadlines = [restartAt, upgrade?.deadline, serviceDeadline]
    guard let deadline = deadlines.compactMap({ $0 }).min() else { return -1 }
    let wait = deadline.nanoseconds - MonotonicTime.now.nanoseconds
    return Int32(clamping: max(0, wait) / 1_000_000 + 1)
  }

  private func meetDeadlines(_ now: MonotonicTime) {
    if let at = restartAt, at <= now {
      restartAt = nil
      startWorker()
    }
    meetServiceDeadlines(now)
    if let upgrade, upgrade.deadline <= now {
      // Whoever is late is ended; the rest follows from its end.
      let late = upgrade.isHandingOver ? current : upgrade.successor
      late?.process.send(SIGKILL)
      self.upgrade?.deadline = now + Self.preparation
    }
  }

  /// SIGHUP from a terminal says that it is gone; from anybody else it asks the worker to read its
  /// configuration again.
  private func meet(_ signal: StopSignals.Signal) {
    guard signal.number == SIGHUP, !signal.isFromTerminal else { return stop(signal) }
    for worker in workers {
      // One that is not ready may not have a handler yet, and the signal would end it.
      if worker.isReady { worker.process.send(SIGHUP) } else { worker.isHungUp = true }
    }
  }

  private func stop(_ signal: StopSignals.Signal) {
    stopsAsked += 1
    restartAt = nil
    service.socket?.tell("STOPPING=1")
    guard !workers.isEmpty else {
      outcome = 0
      return
    }
    for worker in workers {
      if stopsAsked > 1 {
        worker.process.send(SIGKILL)
      } else if !signal.isFromTerminal || signal.number == SIGHUP
        || getpgid(worker.process.number) != getpgrp()
      {
        worker.process.send(SIGTERM)
      }
    }
  }
}
