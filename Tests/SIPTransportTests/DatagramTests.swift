import Addressing
import Glibc
import SIP
import SIPTransport
import Testing

@Suite("SIP over UDP")
struct DatagramTests {
  @Test("A datagram goes up with its flow, and the answer comes back from the same address")
  func roundTrip() async throws {
    try await Node.run { node in
      node.recorder.answer(through: node.transport) { transport, bytes, flow, loop in
        transport.send(bytes.reversed(), to: flow, on: loop)
      }
      let peer = PlainSocket.udp(to: node.udp)
      peer.send(request("one"))
      #expect(peer.receive() == request("one").reversed())
      let received = node.recorder.now.received
      #expect(received.map(\.bytes) == [request("one")])
      #expect(
        received.first?.flow == Flow(transport: .udp, listener: Node.udp, remote: peer.local))
      let statistics = try await node.statistics()
      #expect(statistics.received[.udp] == 1)
      #expect(statistics.sent[.udp] == 1)
    }
  }

  @Test("A burst arrives whole and in order, and is answered in full", arguments: [1, 200])
  func burst(count: Int) async throws {
    try await Node.run { node in
      node.recorder.answer(through: node.transport) { transport, bytes, flow, loop in
        transport.send(bytes, to: flow, on: loop)
      }
      let peer = PlainSocket.udp(to: node.udp)
      let messages = (0..<count).map { request("m\($0)") }
      for message in messages { peer.send(message) }
      #expect(messages.map { _ in peer.receive() } == messages)
      let record = node.recorder.now
      #expect(record.received.map(\.bytes) == messages)
      #expect(record.ticks <= count)
    }
  }

  @Test("What is sent at the end of a tick leaves with its flush")
  func endOfTick() async throws {
    try await Node.run { node in
      let peer = PlainSocket.udp(to: node.udp)
      let flow = Flow(transport: .udp, listener: Node.udp, remote: peer.local)
      node.recorder.atEndOfTick { loop in
        node.transport.send(response("late"), to: flow, on: loop)
      }
      peer.send(request("one"))
      #expect(peer.receive() == response("late"))
    }
  }

  @Test("What is sent outside of a tick leaves by itself, after one end of a tick")
  func outsideOfTick() async throws {
    try await Node.run { node in
      let peer = PlainSocket.udp(to: node.udp)
      let flow = Flow(transport: .udp, listener: Node.udp, remote: peer.local)
      node.send([response("1"), response("2")], to: flow)
      #expect([peer.receive(), peer.receive()] == [response("1"), response("2")])
      #expect(node.recorder.now.ticks == 1)
    }
  }

  @Test("A datagram over the limit is dropped and counted; one at the limit passes")
  func oversized() async throws {
    var limits = TransportLimits.brisk
    limits.sip.messageBytes = request("x", body: 1000).count
    try await Node.run(limits) { node in
      let peer = PlainSocket.udp(to: node.udp)
      peer.send(request("x", body: 1001))
      peer.send(request("x", body: 1000))
      let record = await node.recorder.record { !$0.received.isEmpty }
      #expect(record.received.map(\.bytes) == [request("x", body: 1000)])
      #expect(node.dropped(.oversizedDatagram) == 1)
    }
  }

  static let stun: [UInt8] = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + Array(repeating: 7, count: 12)

  @Test("STUN on the SIP port is told where it comes from (RFC 5626 §8)")
  func bindings() async throws {
    try await Node.run { node in
      let peer = PlainSocket.udp(to: node.udp)
      peer.send(Self.stun)
      let port = peer.local.port ^ 0x2112
      var expected: [UInt8] = [1, 1, 0, 12]
      expected += Self.stun[4...]
      expected += [0, 0x20, 0, 8, 0, 1, UInt8(port >> 8), UInt8(port & 0xFF)]
      // 127.0.0.1, with the cookie.
      expected += [0x5E, 0x12, 0xA4, 0x43]
      #expect(peer.receive() == expected)
      let statistics = try await node.statistics()
      #expect(statistics.bindingsAnswered == 1)
      #expect(statistics.sent[.udp] == 0 && statistics.received[.udp] == 0)
    }
  }

  /// An indication, to which nobody is to answer.
  static let indication: [UInt8] = [0, 0x11] + stun[2...]

  @Test(
    "Other keep-alives are dropped without an answer (RFC 5626 §4.4.1, §8)",
    arguments: [
      (Array("\r\n\r\n".utf8), DropReason.keepAliveDatagram),
      (Array("\r\n".utf8), .keepAliveDatagram), ([0], .keepAliveDatagram),
      ([], .keepAliveDatagram), (Array("  \r\n".utf8), .keepAliveDatagram),
      (indication, .stunDatagram), (stun + [0, 0, 0, 0], .stunDatagram),
    ])
  func keepAlive(datagram: [UInt8], reason: DropReason) async throws {
    try await Node.run { node in
      node.recorder.answer(through: node.transport) { transport, bytes, flow, loop in
        transport.send(bytes, to: flow, on: loop)
      }
      let peer = PlainSocket.udp(to: node.udp)
      peer.send(datagram)
      peer.send(request("after"))
      #expect(peer.receive() == request("after"))
      #expect(node.recorder.now.received.count == 1)
      #expect(node.dropped(reason) == 1)
    }
  }

  @Test("Line ends before a message, and garbage, are left to the parser (RFC 3261 §7.5)")
  func passedOn() async throws {
    try await Node.run { node in
      let peer = PlainSocket.udp(to: node.udp)
      let datagrams = [Array("\r\n".utf8) + request("x"), [1, 2, 3], [0xFF]]
      for datagram in datagrams { peer.send(datagram) }
      let record = await node.recorder.record { $0.received.count == 3 }
      #expect(record.received.map(\.bytes) == datagrams)
    }
  }

  @Test(
    "A destination that the system refuses fails its own message and no other (RFC 3261 §18.4)",
    arguments: [
      (IPEndpoint(.loopback, 0), EINVAL), (IPEndpoint(.v4(0xFFFF_FFFF), 5060), EACCES),
    ])
  func refused(remote: IPEndpoint, code: Int32) async throws {
    try await Node.run { node in
      let bad = Flow(transport: .udp, listener: Node.udp, remote: remote)
      let peer = PlainSocket.udp(to: node.udp)
      let good = Flow(transport: .udp, listener: Node.udp, remote: peer.local)
      let transport = node.transport
      transport.eventLoops[0].execute {
        transport.send(response("1"), to: good, token: SendToken(1), on: 0)
        transport.send(response("2"), to: bad, token: SendToken(2), on: 0)
        transport.send(response("3"), to: good, token: SendToken(3), on: 0)
      }
      #expect([peer.receive(), peer.receive()] == [response("1"), response("3")])
      let record = await node.recorder.record { !$0.failures.isEmpty }
      #expect(
        record.failures == [.init(failure: .socket(errno: code), token: SendToken(2), loop: 0)])
      #expect(node.dropped(.refusedDatagram) == 1)
      let statistics = try await node.statistics()
      #expect(statistics.sent[.udp] == 2)
    }
  }

  @Test("ICMP errors do not close the listener")
  func unreachable() async throws {
    try await Node.run { node in
      var gone: PlainSocket? = PlainSocket.udp(to: node.udp)
      let flow = Flow(
        transport: .udp, listener: Node.udp, remote: try #require(gone?.local))
      gone = nil
      for _ in 0..<5 {
        node.send([response("x")], to: flow)
        try await Task.sleep(for: .milliseconds(5))
      }
      PlainSocket.udp(to: node.udp).send(request("alive"))
      let record = await node.recorder.record { !$0.received.isEmpty }
      #expect(record.received.map(\.bytes) == [request("alive")])
    }
  }

  @Test("What cannot be a datagram of the listener is refused, and the sender told")
  func misuse() async throws {
    try await Node.run { node in
      let here = IPEndpoint(.loopback, 9)
      let noListener = Flow(transport: .udp, listener: ListenerID(7), remote: here)
      let otherFamily = Flow(
        transport: .udp, listener: Node.udp, remote: IPEndpoint(.v6(0, 1), 5060))
      let fine = Flow(transport: .udp, listener: Node.udp, remote: here)
      node.send([response("x")], to: noListener, token: SendToken(1))
      node.send([response("x")], to: otherFamily, token: SendToken(2))
      node.send([Array(repeating: 65, count: 65_508)], to: fine, token: SendToken(3))
      let record = await node.recorder.record { $0.failures.count == 3 }
      #expect(
        record.failures.map(\.failure) == [.noListener, .addressFamily, .messageTooLarge])
    }
  }

  @Test("No more datagrams wait than the limit says")
  func queueFull() async throws {
    var limits = TransportLimits.brisk
    limits.pendingDatagrams = 2
    try await Node.run(limits) { node in
      let peer = PlainSocket.udp(to: node.udp)
      let flow = Flow(transport: .udp, listener: Node.udp, remote: peer.local)
      node.send([response("1"), response("2"), response("3")], to: flow, token: SendToken(9))
      #expect([peer.receive(), peer.receive()] == [response("1"), response("2")])
      let record = await node.recorder.record { !$0.failures.isEmpty }
      #expect(record.failures == [.init(failure: .queueFull, token: SendToken(9), loop: 0)])
      #expect(node.dropped(.sendQueueFull) == 1)
    }
  }

  @Test("Each of several loops receives and sends on its own socket of the same port")
  func severalLoops() async throws {
    try await Node.run(loops: 2) { node in
      node.recorder.answer(through: node.transport) { transport, bytes, flow, loop in
        transport.send(bytes, to: flow, on: loop)
      }
      for number in 0..<32 {
        let peer = PlainSocket.udp(to: node.udp)
        peer.send(request("p\(number)"))
        #expect(peer.receive() == request("p\(number)"))
      }
      // 32 source ports hashed to one of two loops: less likely than one in 2 billion.
      #expect(Set(node.recorder.now.received.map(\.loop)) == [0, 1])
    }
  }
}
