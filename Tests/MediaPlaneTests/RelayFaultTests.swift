import Addressing
import Glibc
import Machines
import MediaControl
import Testing

@testable import MediaPlane

@Suite("The relay under ill treatment")
struct RelayFaultTests {
  let stream = StreamID(value: 1)

  @Test("Garbage stops nothing, reaches nobody and is counted by reason")
  func garbage() throws {
    let bench = try RelayBench()
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    alice.send([], to: caller.ports.rtp)
    alice.send([0x80], to: caller.ports.rtp)
    alice.send([0x80, 0, 1], to: caller.ports.rtp)
    alice.send([0x9F] + speech(1).dropFirst().prefix(11), to: caller.ports.rtp)
    alice.send([0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42], to: caller.ports.rtp)
    alice.send(speech(1, octets: 3000), to: caller.ports.rtp)
    alice.send(speech(1), to: caller.ports.rtcp)
    #expect(bob.drain() == 0)
    let isCounted = eventually {
      let drops = bench.relay.counters.drops
      return drops[.malformed] == 2 && drops[.unexpected] == 4 && drops[.oversized] == 1
    }
    #expect(isCounted, "\(bench.relay.counters.drops)")
    alice.send(speech(2), to: caller.ports.rtp)
    #expect(bob.receive()?.bytes == speech(2))
  }

  @Test("Random octets from any side stop nothing", arguments: 1...4)
  func noise(seed: UInt64) throws {
    let bench = try RelayBench()
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      let count = Int.random(in: 0...64, using: &random)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      let phone = Bool.random(using: &random) ? alice : bob
      let ports = [caller.ports.rtp, caller.ports.rtcp, callee.ports.rtp, callee.ports.rtcp]
      phone.send(bytes, to: ports.randomElement(using: &random)!)
    }
    _ = (alice.drain(), bob.drain())
    let (calm, listener) = (try Phone(), try Phone())
    let other = StreamID(value: 2)
    let from = try bench.termination(calm.endpoint)
    let to = try bench.termination(listener.endpoint)
    bench.relay.relay(other, caller: from, callee: to)
    calm.send(speech(1), to: from.ports.rtp)
    #expect(listener.receive()?.bytes == speech(1))
    #expect(bench.close(stream) != nil)
  }

  @Test("A party whose port is closed (ICMP unreachable) does not stop the other direction")
  func unreachable() throws {
    let bench = try RelayBench()
    let bob = try Phone()
    var gone: Phone? = try Phone()
    let endpoint = try #require(gone?.endpoint)
    let caller = try bench.termination(endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    gone = nil
    for number in 0..<20 { bob.send(speech(number), to: callee.ports.rtp) }
    bench.settle()
    let back = try Phone(port: endpoint.port)
    back.send(speech(0), to: caller.ports.rtp)
    #expect(bob.receive() != nil)
    bob.send(speech(20), to: callee.ports.rtp)
    #expect(eventually { back.receive(within: 0) != nil })
  }

  @Test("A ring of relay ports dies out")
  func ring() throws {
    let bench = try RelayBench()
    let ports = try (0..<4).map { _ in try #require(bench.relay.reserve()) }
    func facing(_ own: Int, _ other: Int) -> Termination {
      let endpoint = IPEndpoint(RelayBench.loopback, ports[other].rtp)
      let remote = RemoteMedia(rtp: endpoint, rtcp: nil, sends: true, receives: true, isRTP: true)
      return Termination(
        ports: ports[own], remote: remote, signallingSource: RelayBench.loopback)
    }
    // What enters at 0 leaves by 1 to 2, and from 2 by 3 to 0 again.
    bench.relay.relay(stream, caller: facing(0, 3), callee: facing(1, 2))
    bench.relay.relay(StreamID(value: 2), caller: facing(2, 1), callee: facing(3, 0))
    bench.settle()
    let mallory = try Phone()
    for number in 0..<10 { mallory.send(speech(number), to: ports[0].rtp) }
    #expect(eventually { (bench.relay.counters.drops[.looped] ?? 0) >= 1 })
    usleep(100_000)
    let before = bench.relay.counters.packetsForwarded
    usleep(100_000)
    #expect(bench.relay.counters.packetsForwarded == before)
    #expect(before < 10 * 80)
  }

  @Test("A call that comes back through this node by other ports is relayed")
  func hairpin() throws {
    let bench = try RelayBench()
    let (alice, bob) = (try Phone(), try Phone())
    let ports = try (0..<4).map { _ in try #require(bench.relay.reserve()) }
    func termination(_ own: Int, _ endpoint: IPEndpoint) -> Termination {
      let remote = RemoteMedia(rtp: endpoint, rtcp: nil, sends: true, receives: true, isRTP: true)
      return Termination(
        ports: ports[own], remote: remote, signallingSource: RelayBench.loopback)
    }
    bench.relay.relay(
      stream, caller: termination(0, alice.endpoint),
      callee: termination(1, IPEndpoint(RelayBench.loopback, ports[2].rtp)))
    bench.relay.relay(
      StreamID(value: 2), caller: termination(2, IPEndpoint(RelayBench.loopback, ports[1].rtp)),
      callee: termination(3, bob.endpoint))
    for number in 0..<200 {
      alice.send(speech(number), to: ports[0].rtp)
      #expect(bob.receive()?.bytes == speech(number))
      bob.send(speech(number), to: ports[3].rtp)
      #expect(alice.receive()?.bytes == speech(number))
    }
  }

  @Test("An address of the other family is not sent to")
  func otherFamily() throws {
    let bench = try RelayBench()
    let alice = try Phone()
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(IPEndpoint("[2001:db8::1]:4000"))
    bench.relay.relay(stream, caller: caller, callee: callee)
    for number in 0..<3 { alice.send(speech(number), to: caller.ports.rtp) }
    #expect(eventually { bench.relay.counters.drops[.unaddressed] == 3 })
  }

  @Test("Ten thousand packets pass without loss", .timeLimit(.minutes(1)))
  func tenThousand() throws {
    let bench = try RelayBench(threads: 2)
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    var received = 0
    for number in 0..<10_000 {
      alice.send(speech(number), to: caller.ports.rtp)
      if number % 20 == 19 {
        while received <= number, bob.receive() != nil { received += 1 }
      }
    }
    #expect(received == 10_000)
    let report = try #require(bench.close(stream))
    #expect(report.fromCaller.packetsReceived == 10_000)
    #expect(report.fromCaller.packetsForwarded == 10_000)
    #expect(report.fromCaller.lost == 0)
  }
}
