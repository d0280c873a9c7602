import Addressing
import Glibc
import MediaControl
import Testing

@testable import MediaPlane

@Suite("The relay on loopback")
struct RelayTests {
  let stream = StreamID(value: 1)

  @Test(
    "Media goes both ways from the ports that each party knows, and is counted",
    arguments: [
      "127.0.0.1", "::1",
    ])
  func bothWays(text: String) throws {
    let address = try #require(IPAddress(text))
    let bench = try RelayBench(address: address)
    let (alice, bob) = (try Phone(address: address), try Phone(address: address))
    let caller = try bench.termination(alice.endpoint, signalling: address)
    let callee = try bench.termination(bob.endpoint, signalling: address)
    bench.relay.relay(stream, caller: caller, callee: callee)
    for number in 0..<50 {
      alice.send(speech(number, source: 1), to: caller.ports.rtp)
      let atBob = try #require(bob.receive())
      #expect(atBob.bytes == speech(number, source: 1))
      #expect(atBob.port == callee.ports.rtp)
      bob.send(speech(number, source: 2), to: callee.ports.rtp)
      let atAlice = try #require(alice.receive())
      #expect(atAlice.bytes == speech(number, source: 2))
      #expect(atAlice.port == caller.ports.rtp)
    }
    let report = try #require(bench.close(stream))
    for direction in [report.fromCaller, report.fromCallee] {
      #expect(direction.packetsReceived == 50)
      #expect(direction.packetsForwarded == 50)
      #expect(direction.octets == 50 * 160)
      #expect(direction.lost == 0)
      #expect(direction.sources == 1)
      #expect(direction.strayPackets == 0)
      #expect(try #require(direction.lastPacket).nanoseconds > 1_000_000_000_000)
    }
    #expect(bench.relay.counters.packetsForwarded == 100)
  }

  @Test("RTCP goes from port to port beside it, and is not counted as media")
  func rtcp() throws {
    let bench = try RelayBench()
    let (alice, bob, bobControl) = (try Phone(), try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint, rtcp: bobControl.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    alice.send(receiverReport, to: caller.ports.rtcp)
    let packet = try #require(bobControl.receive())
    #expect(packet.bytes == receiverReport)
    #expect(packet.port == callee.ports.rtcp)
    #expect(try #require(bench.close(stream)).fromCaller.packetsReceived == 0)
  }

  @Test("RTCP sent to the RTP port leaves by the RTCP port (RFC 5761)")
  func unaskedMultiplexing() throws {
    let bench = try RelayBench()
    let (alice, bob, bobControl) = (try Phone(), try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint, rtcp: bobControl.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    alice.send(speech(1), to: caller.ports.rtp)
    alice.send(receiverReport, to: caller.ports.rtp)
    alice.send(speech(2), to: caller.ports.rtp)
    #expect(bobControl.receive()?.port == callee.ports.rtcp)
    #expect(bob.drain() == 2)
  }

  @Test("A phone behind a NAT is found by its first packets")
  func natLatch() throws {
    let bench = try RelayBench()
    let (alice, bob) = (try Phone(), try Phone())
    let unreachable = try #require(IPEndpoint("192.168.77.7:4000"))
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(unreachable)
    bench.relay.relay(stream, caller: caller, callee: callee)
    for number in 0..<3 {
      bob.send(speech(number), to: callee.ports.rtp)
      #expect(alice.receive() != nil)
    }
    alice.send(speech(0), to: caller.ports.rtp)
    #expect(bob.receive()?.port == callee.ports.rtp)
  }

  @Test("A stray packet steals nothing, is dropped and counted")
  func stray() throws {
    let bench = try RelayBench()
    let (alice, bob, mallory) = (try Phone(), try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    for number in 0..<20 {
      alice.send(speech(number), to: caller.ports.rtp)
      #expect(bob.receive()?.bytes == speech(number))
      mallory.send(speech(number, source: 66), to: caller.ports.rtp)
    }
    bob.send(speech(0), to: callee.ports.rtp)
    #expect(alice.receive() != nil)
    #expect(mallory.drain() == 0)
    #expect(bob.drain() == 0)
    let report = try #require(bench.close(stream))
    #expect(report.fromCaller.packetsReceived == 20)
    #expect(report.fromCaller.strayPackets == 20)
    #expect(bench.relay.counters.drops[.stray] == 20)
  }

  @Test("A NAT that rebinds costs the silence and three packets, no more")
  func rebinding() throws {
    let bench = try RelayBench(relearnAfter: .milliseconds(100))
    let (alice, bob, rebound) = (try Phone(), try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    for number in 0..<5 { alice.send(speech(number), to: caller.ports.rtp) }
    #expect(bob.drain() == 5)
    for number in 5..<25 {
      rebound.send(speech(number), to: caller.ports.rtp)
      usleep(20_000)
    }
    #expect((1...18).contains(bob.drain()))
    bob.send(speech(0), to: callee.ports.rtp)
    #expect(rebound.receive() != nil)
  }

  @Test("Hold stops media towards the party that holds, not RTCP (RFC 3264 §5.1)")
  func hold() throws {
    let bench = try RelayBench()
    let (alice, bob, bobControl) = (try Phone(), try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint, rtcp: bobControl.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    alice.send(speech(0), to: caller.ports.rtp)
    #expect(bob.receive() != nil)
    var remote = try #require(callee.remote)
    remote.receives = false
    bench.relay.update(stream, .callee, remote: remote, signallingSource: RelayBench.loopback)
    bench.settle()
    for number in 1..<6 { alice.send(speech(number), to: caller.ports.rtp) }
    alice.send(receiverReport, to: caller.ports.rtcp)
    #expect(bobControl.receive() != nil)
    #expect(bob.drain() == 0)
    remote.receives = true
    bench.relay.update(stream, .callee, remote: remote, signallingSource: RelayBench.loopback)
    bench.settle()
    alice.send(speech(6), to: caller.ports.rtp)
    #expect(bob.receive() != nil)
    let report = try #require(bench.close(stream))
    #expect(report.fromCaller.packetsReceived == 7)
    #expect(report.fromCaller.packetsForwarded == 2)
    #expect(bench.relay.counters.drops[.held] == 5)
  }

  @Test("A party that moves by signalling gets its media at the new place at once")
  func moved() throws {
    let bench = try RelayBench()
    let (alice, bob, elsewhere) = (try Phone(), try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    for number in 0..<4 { bob.send(speech(number), to: callee.ports.rtp) }
    #expect(alice.drain() == 4)
    bench.relay.update(
      stream, .callee,
      remote: RemoteMedia(
        rtp: elsewhere.endpoint, rtcp: nil, sends: true, receives: true, isRTP: true),
      signallingSource: nil)
    bench.settle()
    alice.send(speech(0), to: caller.ports.rtp)
    #expect(elsewhere.receive() != nil)
    #expect(bob.drain() == 0)
  }

  @Test("Another fork takes the callee's side, and the counts go on")
  func fork() throws {
    let bench = try RelayBench()
    let (alice, bob, carol) = (try Phone(), try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let first = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: first)
    bob.send(speech(0, source: 2), to: first.ports.rtp)
    #expect(alice.receive() != nil)
    let second = try bench.termination(carol.endpoint)
    bench.relay.relay(stream, caller: caller, callee: second)
    bench.relay.release(first.ports)
    bench.settle()
    carol.send(speech(0, source: 3), to: second.ports.rtp)
    #expect(alice.receive() != nil)
    alice.send(speech(0), to: caller.ports.rtp)
    #expect(carol.receive() != nil)
    bob.send(speech(1, source: 2), to: first.ports.rtp)
    #expect(alice.drain() == 0)
    let report = try #require(bench.close(stream))
    #expect(report.fromCallee.packetsReceived == 2)
    #expect(report.fromCallee.sources == 2)
    #expect(eventually { bench.relay.counters.portsInUse == 2 })
  }

  @Test("A stream that is not RTP passes unread (T.38 over UDPTL)")
  func datagrams() throws {
    let bench = try RelayBench()
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint, isRTP: false)
    let callee = try bench.termination(bob.endpoint, isRTP: false)
    bench.relay.relay(stream, caller: caller, callee: callee)
    let udptl: [UInt8] = [0, 1, 2, 0xAA, 0xBB]
    for _ in 0..<4 { alice.send(udptl, to: caller.ports.rtp) }
    for _ in 0..<4 { #expect(bob.receive()?.bytes == udptl) }
    let report = try #require(bench.close(stream))
    #expect(report.fromCaller.packetsReceived == 4)
    #expect(report.fromCaller.octets == 20)
    #expect(report.fromCaller.sources == 0)
  }

  @Test("A DTLS handshake passes to the other party")
  func dtls() throws {
    let bench = try RelayBench()
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    let hello: [UInt8] = [22, 0xFE, 0xFD] + Array(repeating: 7, count: 100)
    alice.send(hello, to: caller.ports.rtp)
    #expect(bob.receive()?.bytes == hello)
  }

  @Test("Echo sends media back and leaves RTCP unanswered")
  func echo() throws {
    let bench = try RelayBench()
    let (alice, control) = (try Phone(), try Phone())
    let party = try bench.termination(alice.endpoint, rtcp: control.endpoint)
    bench.relay.echo(stream, party)
    for number in 0..<10 {
      alice.send(speech(number), to: party.ports.rtp)
      let back = try #require(alice.receive())
      #expect(back.bytes == speech(number))
      #expect(back.port == party.ports.rtp)
    }
    control.send(receiverReport, to: party.ports.rtcp)
    #expect(control.drain() == 0)
    let report = try #require(bench.close(stream))
    #expect(report.fromCaller.packetsReceived == 10)
    #expect(report.fromCaller.packetsForwarded == 10)
    #expect(report.fromCallee == DirectionStatistics())
  }

  @Test("Losses and duplicates on the way to the relay are in the report")
  func losses() throws {
    let bench = try RelayBench()
    let (alice, bob) = (try Phone(), try Phone())
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    for number in 0..<100 where number % 10 != 5 {
      alice.send(speech(number), to: caller.ports.rtp)
    }
    alice.send(speech(99), to: caller.ports.rtp)
    #expect(bob.drain() == 91)
    let report = try #require(bench.close(stream))
    #expect(report.fromCaller.lost == 10)
    #expect(report.fromCaller.duplicates == 1)
  }
}
