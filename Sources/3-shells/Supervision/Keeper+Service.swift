import Glibc

// A keeper that is a service: what its manager is told, and what it demands.

/// What a service manager wants of the keeper that it started.
struct ServiceDuties {
  let socket: NotifySocket?
  /// How long a keeper may be silent before its manager takes it for dead (WATCHDOG_USEC of
  /// sd_watchdog_enabled(3)).
  let watchdog: Duration?
  var nextSign: MonotonicTime?

  /// WATCHDOG_PID is not looked at: a keeper that took another's place has another number.
  init(environment: [String: String]) {
    socket = NotifySocket(environment: environment)
    let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
    let isUseful = socket != nil && (1_000...Int64(86_400_000_000)).contains(microseconds)
    watchdog = isUseful ? .microseconds(microseconds) : nil
    nextSign = isUseful ? .now : nil
  }

  /// How long a worker may give no sign of life. Shorter than what the manager grants, so that a
  /// worker that hangs is ended alone, and the sockets stay.
  var workersPatience: Duration? { watchdog.map { $0 / 2 } }
}

extension Keeper {
  /// Takes what the manager has held for a keeper that died with its worker.
  func takeStored() {
    for (name, descriptors) in StoredDescriptors.passed(environment, to: getpid()) {
      _ = table.keep(name, [], descriptors, author: 0)
    }
    if table.count > 0 { report("took back \(table.count) sockets from the service manager") }
  }

  /// Has the manager hold what this keeper holds. A connection that one worker hands to the next
  /// has a payload, and means nothing to a third.
  func store(_ item: KeptItem) {
    guard let socket = service.socket, item.payload.isEmpty,
      let names = StoredDescriptors.names(of: item.name, count: item.descriptors.count)
    else { return }
    for (name, descriptor) in zip(names, item.descriptors) {
      // A datagram socket reports what ICMP said of its last one: no reason to let go of it.
      socket.tell("FDSTORE=1", "FDNAME=\(name)", "FDPOLL=0", descriptors: [descriptor])
    }
  }

  func unstore(_ item: KeptItem) {
    guard let socket = service.socket, item.payload.isEmpty,
      let names = StoredDescriptors.names(of: item.name, count: item.descriptors.count)
    else { return }
    for name in names { socket.tell("FDSTOREREMOVE=1", "FDNAME=\(name)") }
  }

  func tellReady(_ worker: Worker) {
    service.socket?.tell(
      "READY=1", "MAINPID=\(getpid())", "STATUS=Serving; worker \(worker.process.number)")
  }

  /// When the keeper has to wake for its manager, or for a worker that is silent.
  var serviceDeadline: MonotonicTime? {
    [service.nextSign, silenceDeadline].compactMap { $0 }.min()
  }

  /// When the worker is given up. One that is starting, handing over or stopping has other limits,
  /// and one of an older program gives no signs.
  private var silenceDeadline: MonotonicTime? {
    guard let patience = service.workersPatience, stopsAsked == 0, upgrade?.isHandingOver != true,
      let current, current.farewell == .none, let sign = current.lastSign
    else { return nil }
    return sign + patience
  }

  func meetServiceDeadlines(_ now: MonotonicTime) {
    if let deadline = silenceDeadline, deadline <= now, let current {
      report("worker \(current.process.number) gives no sign of life: it is killed")
      current.process.send(SIGKILL)
      // The rest follows from its end.
      current.lastSign = nil
    }
    if let next = service.nextSign, next <= now, let watchdog = service.watchdog {
      service.socket?.tell("WATCHDOG=1")
      service.nextSign = now + watchdog / 4
    }
  }
}
