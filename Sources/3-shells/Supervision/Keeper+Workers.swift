import Glibc

// Starting workers, and what follows from their end.

extension Keeper {
  func startWorker() {
    do throws(KeeperFault) {
      let isFirst = current == nil && table.serial == 0
      let worker = try start(program, isSuccessor: false)
      current = worker
      if !isFirst { report("started worker \(worker.process.number)") }
    } catch {
      report("a worker could not be started: \(error)")
      follow(policy.ended(.exited(EX_OSERR), .none, lived: .zero, isStopping: stopsAsked > 0))
    }
  }

  /// The worker started this keeper in place of one that died, and sends what it keeps.
  func adopt(_ adopted: WorkerEnvironment.Adopted) {
    policy = RestartPolicy(wasEverReady: true)
    let channel = KeeperChannel(owning: adopted.channel)
    do throws(KeeperFault) {
      let process = try watch(adopted.process)
      let worker = Worker(process, channel, author: nextAuthor(), started: .now)
      worker.isReady = true
      current = worker
    } catch {
      report("worker \(adopted.process) cannot be watched: \(error)")
      outcome = EX_OSERR
    }
  }

  /// What a worker sent before it died is read all the same.
  private func watch(_ worker: pid_t) throws(KeeperFault) -> WatchedProcess {
    let process = try? WatchedProcess(worker, isChild: false)
    // It is our parent for as long as it lives: if it still is, the number was not another's.
    if let process, getppid() == worker { return process }
    return try WatchedProcess(ended: worker)
  }

  func start(_ program: WorkerProgram, isSuccessor: Bool) throws(KeeperFault) -> Worker {
    let (own, other) = try KeeperChannel.pair()
    var environment = WorkerEnvironment.inherited(environment)
    environment[WorkerEnvironment.keeper] = "\(other.descriptor)"
    if isSuccessor { environment[WorkerEnvironment.successor] = "1" }
    let number = try program.start(arguments, environment: environment, passing: other)
    let process = try WatchedProcess(number, isChild: true)
    return Worker(process, own, author: nextAuthor(), started: .now)
  }

  func hasEnded(_ worker: Worker) -> Bool {
    var request = pollfd(fd: worker.process.descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0
  }

  func ended(_ worker: Worker) {
    let end = worker.process.end()
    if worker === current {
      currentEnded(worker, end)
    } else if worker === upgrade?.successor {
      successorEnded(worker, end)
    }
  }

  private func currentEnded(_ worker: Worker, _ end: WorkerEnd) {
    let pid = worker.process.number
    current = nil
    if let upgrade {
      // The end was meant for the node, not for this worker alone.
      if worker.farewell == .goingDown { stopsAsked += 1 }
      report(
        worker.farewell == .handedOver
          ? "worker \(pid) handed over to \(upgrade.successor.process.number)"
          : "worker \(pid) \(end); \(upgrade.successor.process.number) takes over")
      return promote(upgrade)
    }
    let decision = policy.ended(
      end, worker.farewell, lived: MonotonicTime.now - worker.started, isStopping: stopsAsked > 0)
    if case .restart = decision { report("worker \(pid) \(end)") }
    follow(decision)
  }

  private func successorEnded(_ worker: Worker, _ end: WorkerEnd) {
    let wasHandingOver = upgrade?.isHandingOver == true
    upgrade = nil
    table.forgetDrops()
    report("worker \(worker.process.number) \(end) before it took over")
    // Once it was asked to hand over, the old worker ends, and another follows it.
    if !wasHandingOver {
      current?.tell(
        KeeperMessage(.upgradeFailed, payload: Array("the new worker \(end)".utf8)))
    }
  }

  private func promote(_ upgrade: Upgrade) {
    let worker = upgrade.successor
    self.upgrade = nil
    program = upgrade.program
    current = worker
    if worker.isReady {
      policy.isReady()
      tellReady(worker)
    }
    if worker.waitsToTakeOver { handOver(to: worker) }
    if stopsAsked > 0 { worker.process.send(SIGTERM) }
  }

  /// What changed since the worker had its list, as there is no other any more.
  func handOver(to worker: Worker) {
    worker.waitsToTakeOver = false
    let changes = table.changes(after: worker.listedUpTo, except: worker.author)
    for item in changes.kept { worker.give(item) }
    for name in changes.dropped { worker.tell(KeeperMessage(.dropped, name: name)) }
    worker.tell(KeeperMessage(.end))
    table.forgetDrops()
  }

  private func follow(_ decision: RestartPolicy.Decision) {
    switch decision {
    case .finish(let status): outcome = status
    case .restart(.zero): startWorker()
    case .restart(let delay): restartAt = .now + delay
    }
  }
}
