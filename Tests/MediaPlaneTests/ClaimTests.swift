import Addressing
import Glibc
import MediaControl
import Testing

@testable import MediaPlane

@Suite("Ports that outlive the process")
struct ClaimTests {
  let stream = StreamID(value: 1)

  @Test("A pair is claimed by its number, bound or not, once")
  func claim() throws {
    let range = RelayBench.freshRange(pairs: 40)
    let bench = try RelayBench(ports: range)
    // Of forty, four are bound ahead: most of these are not.
    let pairs = stride(from: range.lowerBound, to: range.upperBound, by: 4).map {
      PortPair(rtp: $0)
    }
    for ports in pairs {
      #expect(bench.relay.claim(ports))
      #expect(!bench.relay.claim(ports))
    }
    #expect(bench.relay.counters.portsInUse == pairs.count)
    var others: Set<PortPair> = []
    _ = eventually {
      while let ports = bench.relay.reserve() { others.insert(ports) }
      return others.count == 20
    }
    #expect(others.count == 20)
    #expect(others.isDisjoint(with: pairs))
    #expect(!bench.relay.claim(PortPair(rtp: range.upperBound &+ 1)))
  }

  @Test("A pair in quarantine is claimed, and the rest of the quarantine is as it was")
  func claimQuarantined() throws {
    let bench = try RelayBench(pairs: 3, quarantine: .milliseconds(300))
    let pairs = try (0..<3).map { _ in try #require(bench.relay.reserve()) }
    for ports in pairs { bench.relay.release(ports) }
    #expect(bench.relay.claim(pairs[1]))
    #expect(bench.relay.counters.portsQuarantined == 2)
    #expect(eventually { bench.relay.counters.portsReady == 2 })
    #expect(bench.relay.counters.portsInUse == 1)
    bench.relay.release(pairs[1])
    #expect(eventually { bench.relay.counters.portsReady == 3 })
  }

  @Test("A pair that another program has is not claimed, and may be later")
  func claimTaken() throws {
    let range = RelayBench.freshRange(pairs: 2)
    var other: Phone? = try Phone(port: range.lowerBound + 1)
    let bench = try RelayBench(ports: range)
    #expect(!bench.relay.claim(PortPair(rtp: range.lowerBound)))
    #expect(other != nil)
    other = nil
    #expect(bench.relay.claim(PortPair(rtp: range.lowerBound)))
  }

  @Test("Each pair is bound once, however often it is used")
  func boundOnce() throws {
    let bench = try RelayBench(pairs: 3, quarantine: .zero)
    var uses = 0
    while uses < 30 {
      guard let ports = bench.relay.reserve() else { continue }
      uses += 1
      bench.relay.release(ports)
      #expect(eventually { bench.relay.counters.portsInUse == 0 })
    }
    #expect(eventually { bench.bound.count == 3 })
    #expect(Set(bench.bound).count == 3)
  }

  @Test("Media flows again on adopted sockets; what came meanwhile is thrown away")
  func adopted() throws {
    let range = RelayBench.freshRange(pairs: 4)
    var first: RelayBench? = try RelayBench(ports: range)
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try #require(try first?.termination(alice.endpoint))
    let callee = try #require(try first?.termination(bob.endpoint))
    first?.relay.relay(stream, caller: caller, callee: callee)
    alice.send(speech(0), to: caller.ports.rtp)
    #expect(bob.receive() != nil)
    let kept = try #require(first?.kept())
    first = nil
    for number in 1..<300 { alice.send(speech(number), to: caller.ports.rtp) }

    let second = try RelayBench(ports: range, adopting: kept)
    #expect(second.bound.allSatisfy { kept[$0] == nil })
    alice.send(speech(300), to: caller.ports.rtp)
    #expect(second.relay.claim(caller.ports))
    #expect(second.relay.claim(callee.ports))
    second.relay.relay(stream, caller: caller, callee: callee)
    second.settle()
    alice.send(speech(301), to: caller.ports.rtp)
    #expect(bob.receive()?.bytes == speech(301))
    #expect(second.close(stream)?.fromCaller.packetsReceived == 1)
  }

  @Test("Sockets that are not what they are taken for are closed, and the pair bound anew")
  func foreign() throws {
    let range = RelayBench.freshRange(pairs: 2)
    let stranger = try Phone()
    let sockets = AdoptedSockets(rtp: dup(stranger.descriptor), rtcp: dup(0))
    let bench = try RelayBench(
      ports: range,
      adopting: [
        PortPair(rtp: range.lowerBound): sockets,
        PortPair(rtp: 2): AdoptedSockets(rtp: dup(0), rtcp: dup(0)),
      ])
    #expect(bench.relay.claim(PortPair(rtp: range.lowerBound)))
    #expect(bench.bound.contains(PortPair(rtp: range.lowerBound)))
  }

  @Test("A stream that carries media tells what passed so far, a silent one nothing")
  func progress() throws {
    let bench = try RelayBench(progress: .milliseconds(100))
    func told(_ stream: StreamID) -> [UInt64] {
      bench.notices.compactMap { notice in
        if case .progress(stream, let report) = notice {
          report.fromCaller.packetsReceived
        } else {
          nil
        }
      }
    }
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    bench.relay.relay(stream, caller: caller, callee: try bench.termination(bob.endpoint))
    let silent = StreamID(value: 2)
    bench.relay.relay(
      silent, caller: try bench.termination(alice.endpoint),
      callee: try bench.termination(bob.endpoint))
    alice.send(speech(0), to: caller.ports.rtp)
    #expect(eventually { told(stream) == [1] })
    // Another stream is told of three times; meanwhile there is nothing to tell of this one.
    let carol = try Phone()
    let talker = try bench.termination(carol.endpoint)
    let busy = StreamID(value: 3)
    bench.relay.echo(busy, talker)
    var packets = 0
    #expect(
      eventually {
        carol.send(speech(packets), to: talker.ports.rtp)
        packets += 1
        return told(busy).count >= 3
      })
    #expect(told(stream) == [1])
    for number in 1...3 { alice.send(speech(number), to: caller.ports.rtp) }
    #expect(eventually { told(stream).last == 4 })
    let reports = bench.notices.compactMap { notice -> StreamReport? in
      if case .progress(stream, let report) = notice { report } else { nil }
    }
    #expect(
      reports.allSatisfy { $0.fromCaller.lastPacket != nil && $0.fromCallee.lastPacket == nil })
    #expect(told(silent).isEmpty)
  }
}
