import Glibc
import Testing

@testable import Supervision

/// Real processes that are told of a service manager, as systemd would.
@Suite("A keeper that is a service", .serialized, .timeLimit(.minutes(1)))
struct ServiceTests {
  @Test("The manager is told when the worker is ready, given the sockets, and told of the end")
  func notices() throws {
    let manager = try ServiceManagerStub()
    let probe = try ProbeProcess(environment: ["NOTIFY_SOCKET=\(manager.path)"])
    let ready = try manager.next()
    #expect(ready.lines.prefix(2) == ["READY=1", "MAINPID=\(probe.keeper)"])
    #expect(ready.descriptors.isEmpty)
    #expect(try probe.ask("many 1") == "kept 2")
    for part in ["1.2", "2.2"] {
      let stored = try manager.next()
      #expect(stored.lines == ["FDSTORE=1", "FDNAME=\(part).many-0", "FDPOLL=0"])
      #expect(stored.descriptors.count == 1)
      for descriptor in stored.descriptors { close(descriptor) }
    }
    #expect(try probe.ask("drop many-0") == "dropped")
    #expect(try manager.next().lines == ["FDSTOREREMOVE=1", "FDNAME=1.2.many-0"])
    #expect(try manager.next().lines == ["FDSTOREREMOVE=1", "FDNAME=2.2.many-0"])
    kill(probe.keeper, SIGTERM)
    #expect(try manager.next().lines == ["STOPPING=1"])
  }

  @Test("A keeper that takes a dead one's place says that it is the service now")
  func replacement() throws {
    let manager = try ServiceManagerStub()
    let probe = try ProbeProcess(environment: ["NOTIFY_SOCKET=\(manager.path)"])
    _ = try manager.next(beginning: "READY=1")
    kill(probe.keeper, SIGKILL)
    let keeper = try probe.startedKeeper()
    #expect(try manager.next(beginning: "READY=1").lines.contains("MAINPID=\(keeper)"))
  }

  @Test("A worker that hangs is killed and replaced, and the keeper goes on giving signs")
  func watchdog() throws {
    let manager = try ServiceManagerStub()
    let probe = try ProbeProcess(
      environment: ["NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=4000000"])
    let worker = try probe.who()
    #expect(try manager.next(beginning: "WATCHDOG=1").lines.count == 1)
    kill(worker.process, SIGSTOP)
    // Sent once, to the stopped one: what came waits for whoever answers.
    let next = try probe.who()
    #expect(next.process != worker.process)
    #expect(next.parent == probe.keeper)
    _ = try manager.next(beginning: "WATCHDOG=1")
  }

  @Test("Without a watchdog a stopped worker is let be")
  func noWatchdog() throws {
    let manager = try ServiceManagerStub()
    let probe = try ProbeProcess(environment: ["NOTIFY_SOCKET=\(manager.path)"])
    let worker = try probe.who()
    kill(worker.process, SIGSTOP)
    usleep(700_000)
    kill(worker.process, SIGCONT)
    #expect(try probe.who() == worker)
  }

  @Test("What the manager held for dead processes comes back whole, or is closed")
  func passedOn() throws {
    let names = try #require(StoredDescriptors.names(of: "media [::1] 20000", count: 2))
    #expect(names == ["1.2.media%20%5B%3A%3A1%5D%2020000", "2.2.media%20%5B%3A%3A1%5D%2020000"])
    // The numbers are taken by the tests' own files, so the reading is tried in a child's place.
    let texts = [names[1], "1.2.half", "nonsense", names[0], "0.1.zero", "1.1.bad%4", "2.1.over"]
    let passed = StoredDescriptors.arranged(texts.map { $0[...] }, first: 1000)
    #expect(passed.whole.map(\.name) == ["media [::1] 20000"])
    #expect(passed.whole.first?.descriptors == [1003, 1000])
    #expect(passed.useless.sorted() == [1001, 1002, 1004, 1005, 1006])
  }

  @Test("Descriptors that are meant for another process are let be")
  func meantForAnother() {
    let environment = ["LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "1.1.udp"]
    #expect(StoredDescriptors.passed(environment, to: getpid()).isEmpty)
  }

  @Test("Names that are too long for the manager are not stored")
  func longNames() {
    #expect(StoredDescriptors.names(of: String(repeating: ":", count: 84), count: 1) == nil)
    #expect(StoredDescriptors.names(of: String(repeating: ":", count: 83), count: 1) != nil)
  }

  @Test(
    "A socket's name that is none leads to nobody",
    arguments: ["", "relative", "/" + String(repeating: "x", count: 107)])
  func unusableNames(name: String) {
    #expect(NotifySocket(environment: ["NOTIFY_SOCKET": name]) == nil)
  }

  @Test("A manager that is gone is no failure")
  func gone() throws {
    let socket = try #require(NotifySocket(environment: ["NOTIFY_SOCKET": "/nowhere/notify"]))
    #expect(!socket.tell("READY=1"))
  }
}
