import Glibc
import Testing

/// Real processes: a keeper, its worker, and signals that nobody can catch.
@Suite("A keeper and its worker", .serialized, .timeLimit(.minutes(1)))
struct KeeperTests {
  @Test("A killed worker is replaced; what was sent meanwhile is answered on the same socket")
  func killedWorker() throws {
    let probe = try ProbeProcess()
    let first = try probe.who()
    #expect(first.parent == probe.keeper)
    #expect(try probe.ask("keep media some-payload") == "kept")
    kill(first.process, SIGKILL)
    // One datagram each, sent at once: a closed port would answer it with an ICMP error.
    let second = try probe.who()
    #expect(second.process != first.process)
    #expect(second.parent == probe.keeper)
    #expect(try probe.ask("restored") == "media=some-payload,udp=first")
    #expect(try probe.ask("drop media") == "dropped")
    kill(second.process, SIGKILL)
    #expect(try probe.who().process != second.process)
    #expect(try probe.ask("restored") == "udp=first")
  }

  @Test("Workers killed one after the other lose no datagram")
  func killedAgainAndAgain() throws {
    let probe = try ProbeProcess()
    var last = try probe.who()
    for _ in 0..<4 {
      kill(last.process, SIGKILL)
      let next = try probe.who()
      #expect(next.process != last.process)
      last = next
    }
  }

  @Test("A killed keeper is replaced by the worker, which goes on; then the worker is replaced")
  func killedKeeper() throws {
    let probe = try ProbeProcess()
    let worker = try probe.who()
    kill(probe.keeper, SIGKILL)
    let keeper = try probe.startedKeeper()
    #expect(try probe.who().process == worker.process)
    kill(keeper, SIGKILL)
    let third = try probe.startedKeeper(otherThan: keeper)
    #expect(try probe.ask("keep late too") == "kept")
    kill(worker.process, SIGKILL)
    let successor = try probe.who()
    #expect(successor.process != worker.process)
    #expect(successor.parent == third)
    #expect(try probe.ask("restored") == "late=too,udp=first")
  }

  @Test("When both die at once nobody holds the sockets, and nobody is left to come back")
  func killedBoth() throws {
    let probe = try ProbeProcess()
    let worker = try probe.who()
    // Stopped first, so that it cannot start a keeper in between.
    kill(worker.process, SIGSTOP)
    kill(probe.keeper, SIGKILL)
    kill(worker.process, SIGKILL)
    #expect(probe.keeperStatus() == SIGKILL)
    #expect(eventually { isZombie(worker.process) })
    #expect(throws: ProbeProcess.Failure.self) { try probe.ask("who") }
  }

  @Test("A keeper that adopted a worker ends with it on purpose")
  func adoptedEnd() throws {
    let probe = try ProbeProcess()
    let worker = try probe.who()
    kill(probe.keeper, SIGKILL)
    let keeper = try probe.startedKeeper()
    #expect(try probe.ask("keep x y") == "kept")
    try probe.tell("down 0")
    #expect(eventually { kill(keeper, 0) != 0 || isZombie(keeper) })
    #expect(eventually { kill(worker.process, 0) != 0 || isZombie(worker.process) })
  }

  @Test("An upgrade hands over: the new worker has what the old one kept last")
  func upgrade() throws {
    let probe = try ProbeProcess()
    let old = try probe.who()
    #expect(try probe.ask("keep other thing") == "kept")
    #expect(try probe.ask("upgrade") == "begun")
    let new = try probe.worker(after: old.process)
    #expect(new.parent == probe.keeper)
    #expect(try probe.ask("restored") == "connection=handed over,other=thing,udp=first")
    kill(new.process, SIGKILL)
    let next = try probe.who()
    #expect(next.process != new.process)
    #expect(next.parent == probe.keeper)
  }

  @Test("An upgrade whose new worker dies is told to the old one, which goes on")
  func failedUpgrade() throws {
    let probe = try ProbeProcess()
    let worker = try probe.who()
    try probe.makeSuccessorsFail()
    for _ in 0..<2 {
      #expect(try probe.ask("upgrade") == "the new worker ended with status 9")
      #expect(try probe.who() == worker)
    }
    kill(worker.process, SIGKILL)
    #expect(try probe.who().parent == probe.keeper)
    #expect(try probe.ask("restored") == "udp=first")
  }

  @Test("Many names and many descriptors come back after a kill, through a full socket")
  func many() throws {
    let probe = try ProbeProcess()
    let worker = try probe.who()
    #expect(try probe.ask("many 3000") == "kept 3001")
    kill(worker.process, SIGKILL)
    #expect(try probe.ask("count") == "3001")
    let next = try probe.who()
    kill(probe.keeper, SIGKILL)
    let keeper = try probe.startedKeeper()
    #expect(try probe.ask("keep late too") == "kept")
    kill(next.process, SIGKILL)
    #expect(try probe.ask("count") == "3002")
    #expect(try probe.who().parent == keeper)
  }

  @Test("An end on purpose, a request to end, and a mistake at the start end the keeper alike")
  func ends() throws {
    let going = try ProbeProcess()
    _ = try going.who()
    try going.tell("down 5")
    #expect(going.keeperStatus() == 5 << 8)

    let asked = try ProbeProcess()
    _ = try asked.who()
    kill(asked.keeper, SIGTERM)
    // The probe leaves the signal to its default.
    #expect(asked.keeperStatus() == (128 + SIGTERM) << 8)

    #expect(try ProbeProcess(["64"]).keeperStatus() == 64 << 8)
  }

  @Test("An error after the start is an accident")
  func accident() throws {
    let probe = try ProbeProcess()
    let first = try probe.who()
    try probe.tell("exit 1")
    #expect(try probe.who().process != first.process)
  }

  private func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<500 {
      if condition() { return true }
      usleep(10_000)
    }
    return condition()
  }

  /// Whether the process is dead, and only its parent has not looked yet.
  private func isZombie(_ process: pid_t) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 512)
    let file = open("/proc/\(process)/stat", O_RDONLY)
    guard file >= 0 else { return true }
    defer { close(file) }
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes[..<max(0, count)], as: UTF8.self).contains(") Z ")
  }
}
