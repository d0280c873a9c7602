import Addressing
import Glibc
import MediaControl
import Testing

@testable import MediaPlane

@Suite("The life of streams and ports")
struct StreamLifeTests {
  let stream = StreamID(value: 1)

  private func inactive(_ bench: RelayBench) -> Int {
    bench.notices.count { $0 == .inactive(stream) }
  }

  @Test("Silence of both parties is told once, and again only after media came again")
  func inactivity() throws {
    let bench = try RelayBench(inactivity: .milliseconds(200))
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    for number in 0..<20 {
      alice.send(speech(number), to: caller.ports.rtp)
      usleep(20_000)
    }
    #expect(inactive(bench) == 0)
    #expect(eventually { inactive(bench) == 1 })
    usleep(500_000)
    #expect(inactive(bench) == 1)
    alice.send(speech(20), to: caller.ports.rtp)
    usleep(120_000)
    #expect(eventually { inactive(bench) == 2 })
  }

  @Test("A call on hold on both sides may be silent for ever")
  func silentHold() throws {
    let bench = try RelayBench(inactivity: .milliseconds(100))
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint, sends: false)
    let callee = try bench.termination(bob.endpoint, sends: false)
    bench.relay.relay(stream, caller: caller, callee: callee)
    usleep(500_000)
    #expect(inactive(bench) == 0)
    var remote = try #require(caller.remote)
    remote.sends = true
    bench.relay.update(stream, .caller, remote: remote, signallingSource: nil)
    #expect(eventually { inactive(bench) == 1 })
  }

  @Test("RTCP alone is life")
  func reportsAreLife() throws {
    let bench = try RelayBench(inactivity: .milliseconds(300))
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    bench.relay.relay(stream, caller: caller, callee: try bench.termination(bob.endpoint))
    for _ in 0..<20 {
      alice.send(receiverReport, to: caller.ports.rtcp)
      usleep(40_000)
    }
    #expect(inactive(bench) == 0)
  }

  @Test("Each close is answered by one report, an unknown stream's by an empty one")
  func oneReport() throws {
    let bench = try RelayBench(threads: 2)
    let unknown = StreamID(value: 99)
    #expect(bench.close(unknown) == StreamReport())
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    bench.relay.relay(stream, caller: caller, callee: try bench.termination(bob.endpoint))
    alice.send(speech(0), to: caller.ports.rtp)
    #expect(bob.receive() != nil)
    #expect(bench.close(stream)?.fromCaller.packetsReceived == 1)
    bench.settle()
    let reports = bench.notices.filter { notice in
      if case .report(stream, _) = notice { true } else { false }
    }
    #expect(reports.count == 1)
  }

  @Test("What arrived before the close is still forwarded and counted, if it takes many batches")
  func lastPackets() throws {
    let bench = try RelayBench()
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    bench.relay.relay(stream, caller: caller, callee: try bench.termination(bob.endpoint))
    bench.settle()
    bench.pause()
    for number in 0..<150 { alice.send(speech(number), to: caller.ports.rtp) }
    bench.relay.close(stream)
    bench.resume()
    #expect(bench.report(stream)?.fromCaller.packetsForwarded == 150)
    #expect(bob.drain() == 150)
  }

  @Test("After the close nothing is forwarded")
  func closed() throws {
    let bench = try RelayBench()
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    bench.relay.relay(stream, caller: caller, callee: try bench.termination(bob.endpoint))
    #expect(bench.close(stream) != nil)
    for number in 0..<5 { alice.send(speech(number), to: caller.ports.rtp) }
    #expect(bob.drain() == 0)
    #expect(bench.relay.counters.streams == 0)
  }

  @Test("The range is handed out whole, each pair once, then nothing")
  func exhaustion() throws {
    let bench = try RelayBench(pairs: 20)
    var pairs: Set<PortPair> = []
    // A pair that the pool's thread is binding at the moment is handed out when it is bound.
    _ = eventually {
      while let ports = bench.relay.reserve() {
        #expect(ports.rtp % 2 == 0)
        #expect(pairs.insert(ports).inserted)
      }
      return pairs.count == 20
    }
    #expect(pairs.count == 20)
    #expect(bench.relay.counters.portsInUse == 20)
    bench.relay.release(try #require(pairs.first))
    #expect(eventually { bench.relay.reserve() == pairs.first })
  }

  @Test("Released ports rest for the quarantine, bound meanwhile, while others are free")
  func quarantine() throws {
    let bench = try RelayBench(pairs: 2, quarantine: .milliseconds(400))
    let ports = try #require(bench.relay.reserve())
    bench.relay.release(ports)
    bench.relay.release(ports)
    let start = ContinuousClock.now
    #expect(bench.relay.counters.portsQuarantined == 1)
    #expect(throws: SocketFault(code: EADDRINUSE)) { try Phone(port: ports.rtp) }
    #expect(bench.relay.reserve() != ports)
    #expect(eventually { bench.relay.counters.portsQuarantined == 0 })
    #expect(ContinuousClock.now - start >= .milliseconds(390))
  }

  @Test("When nothing else is left, the longest quarantine ends early")
  func quarantineUnderPressure() throws {
    let bench = try RelayBench(pairs: 2, quarantine: .seconds(60))
    let first = try #require(bench.relay.reserve())
    let second = try #require(bench.relay.reserve())
    bench.relay.release(first)
    bench.relay.release(second)
    #expect(bench.relay.reserve() == first)
    #expect(bench.relay.reserve() == second)
    #expect(bench.relay.reserve() == nil)
  }

  @Test("A late packet of one call does not reach the next on the same ports")
  func freshSockets() throws {
    let bench = try RelayBench(pairs: 2, quarantine: .milliseconds(50))
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    _ = bench.close(stream)
    for ports in [caller.ports, callee.ports] { bench.relay.release(ports) }
    alice.send(speech(1), to: caller.ports.rtp)
    #expect(eventually { bench.relay.counters.portsReady == 2 })
    let next = StreamID(value: 2)
    let from = try bench.termination(alice.endpoint)
    bench.relay.relay(next, caller: from, callee: try bench.termination(bob.endpoint))
    #expect(bob.drain() == 0)
    #expect(bench.close(next)?.fromCaller.packetsReceived == 0)
  }

  @Test("Ports released before the close rest only after it")
  func releaseBeforeClose() throws {
    let bench = try RelayBench()
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    bench.relay.release(caller.ports)
    bench.settle()
    #expect(bench.relay.counters.portsInUse == 2)
    alice.send(speech(0), to: caller.ports.rtp)
    #expect(bob.receive() != nil)
    #expect(bench.close(stream) != nil)
    #expect(eventually { bench.relay.counters.portsInUse == 1 })
  }

  @Test("Ports that another program has are passed over")
  func takenPorts() throws {
    let range = RelayBench.freshRange(pairs: 4)
    let first = range.lowerBound
    let taken = [try Phone(port: first), try Phone(port: first + 3)]
    let bench = try RelayBench(ports: range)
    var pairs: [UInt16] = []
    while let ports = bench.relay.reserve() { pairs.append(ports.rtp) }
    #expect(Set(pairs) == [first + 4, first + 6])
    #expect(taken.count == 2)
  }

  @Test("Ports that were not reserved, or are another stream's, are refused")
  func refused() throws {
    let bench = try RelayBench()
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    bench.relay.echo(StreamID(value: 2), caller)
    var odd = caller
    odd.ports = PortPair(rtp: 4)
    bench.relay.echo(StreamID(value: 3), odd)
    bench.relay.relay(StreamID(value: 4), caller: caller, callee: caller)
    #expect(bench.relay.counters.refusedCommands == 3)
    alice.send(speech(0), to: caller.ports.rtp)
    #expect(bob.receive() != nil)
  }

  @Test("An address that is not this machine's, or a range without a pair, is said at the start")
  func faults() throws {
    let elsewhere = try #require(IPAddress("192.0.2.1"))
    #expect(throws: MediaPlaneFault.address(elsewhere, EADDRNOTAVAIL)) {
      try RelayBench(address: elsewhere)
    }
    #expect(throws: MediaPlaneFault.self) { try RelayBench(ports: 20_001...20_002) }
  }

  @Test("Streams opened and closed without pause leak no port", .timeLimit(.minutes(1)))
  func hammering() throws {
    let bench = try RelayBench(pairs: 64, threads: 2, quarantine: .zero)
    let endpoint = try Phone().endpoint
    var opened: UInt64 = 0
    while opened < 2000 {
      guard let caller = try? bench.termination(endpoint) else {
        usleep(500)
        continue
      }
      guard let callee = try? bench.termination(endpoint) else {
        bench.relay.release(caller.ports)
        continue
      }
      opened += 1
      let stream = StreamID(value: opened)
      bench.relay.relay(stream, caller: caller, callee: callee)
      if opened % 3 == 0 { bench.relay.echo(stream, caller) }
      if opened % 2 == 0 { bench.relay.release(caller.ports) }
      bench.relay.close(stream)
      if opened % 2 == 1 { bench.relay.release(caller.ports) }
      bench.relay.release(callee.ports)
    }
    #expect(eventually { bench.notices.count == 2000 })
    #expect(bench.notices.count == 2000)
    #expect(eventually { bench.relay.counters.portsInUse == 0 })
    #expect(bench.relay.counters.streams == 0)
    #expect(bench.relay.counters.refusedCommands == 0)
  }
}
