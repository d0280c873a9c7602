import Addressing
import NIOCore
import SIP
import SIPTransport
import Testing

@Suite("SIP over TCP: receiving")
struct StreamTests {
  private func echo(_ node: Node) {
    node.recorder.answer(through: node.transport) { transport, bytes, flow, loop in
      transport.send(bytes, to: flow, on: loop)
    }
  }

  @Test("A message that drips in byte by byte is one message")
  func drip() async throws {
    try await Node.run { node in
      echo(node)
      let peer = PlainSocket.tcp(to: node.tcp)
      let message = request("drip", body: 30)
      for byte in message { peer.send([byte]) }
      #expect(peer.receive(count: message.count) == message)
      let record = node.recorder.now
      #expect(record.received.map(\.bytes) == [message])
      let flow = try #require(record.received.first?.flow)
      #expect(flow.connection != nil)
      #expect(flow.transport == .tcp && flow.listener == Node.tcp && flow.remote == peer.local)
    }
  }

  @Test("Messages in one segment, and cut anywhere, are told apart")
  func segments() async throws {
    try await Node.run { node in
      echo(node)
      let peer = PlainSocket.tcp(to: node.tcp)
      let all = request("a") + request("b", body: 500) + request("c")
      peer.send(all)
      #expect(peer.receive(count: all.count) == all)
      peer.send(Array(all.prefix(100)))
      peer.send(Array(all.dropFirst(100)))
      #expect(peer.receive(count: all.count) == all)
      let record = node.recorder.now
      #expect(
        record.received.map(\.bytes)
          == [request("a"), request("b", body: 500), request("c")] + [
            request("a"), request("b", body: 500), request("c"),
          ])
      #expect(Set(record.received.map(\.flow)).count == 1)
      #expect(node.transport.statistics().connectionsAccepted == 1)
    }
  }

  @Test("A ping is answered by a pong, between messages and before one (RFC 5626 §4.4.1)")
  func ping() async throws {
    try await Node.run { node in
      echo(node)
      let peer = PlainSocket.tcp(to: node.tcp)
      peer.send(Array("\r\n\r\n".utf8))
      #expect(peer.receive(count: 2) == Array("\r\n".utf8))
      let message = request("x")
      peer.send(Array("\r\n\r\n".utf8) + message)
      #expect(peer.receive(count: 2 + message.count) == Array("\r\n".utf8) + message)
      #expect(node.transport.statistics().received[.tcp] == 1)
    }
  }

  @Test("A request without a length is answered 400 and the stream closed (RFC 3261 §18.3)")
  func noLength() async throws {
    try await Node.run { node in
      let peer = PlainSocket.tcp(to: node.tcp)
      let text = String(decoding: request("x"), as: UTF8.self)
      peer.send(Array(text.replacing("Content-Length: 0\r\n", with: "").utf8))
      let answer = String(decoding: peer.receiveToEnd(), as: UTF8.self)
      #expect(answer.hasPrefix("SIP/2.0 400 "))
      #expect(answer.contains("branch=z9hG4bKx"))
      #expect(answer.contains("Call-ID: x\r\n"))
      #expect(node.dropped(.framing) == 1)
      let record = await node.recorder.record { !$0.closed.isEmpty }
      #expect(record.received.isEmpty)
      #expect(record.closed.count == 1)
    }
  }

  @Test("A body over the limit is answered 513, behind the answers to what came before it")
  func oversized() async throws {
    var limits = TransportLimits.brisk
    limits.sip.messageBytes = 2000
    try await Node.run(limits) { node in
      node.recorder.answer(through: node.transport) { transport, _, flow, _ in
        transport.eventLoops[0].scheduleTask(in: .milliseconds(50)) {
          transport.send(response("x"), to: flow, on: 0)
        }
      }
      let peer = PlainSocket.tcp(to: node.tcp)
      peer.send(request("x") + request("y", body: 2000))
      let answer = String(decoding: peer.receiveToEnd(), as: UTF8.self)
      #expect(answer.hasPrefix("SIP/2.0 513 "))
      #expect(answer.hasSuffix(String(decoding: response("x"), as: UTF8.self)))
    }
  }

  static let unanswerable: [(String, [UInt8])] = [
    ("headers without end", Array(repeating: UInt8(ascii: "x"), count: 5000)),
    ("an ACK", request("x", method: "ACK", body: 5000)),
    ("a response", Array("SIP/2.0 200 OK\r\nContent-Length: -1\r\n\r\n".utf8)),
  ]

  @Test("What cannot be cut nor answered just closes the stream", arguments: unanswerable)
  func garbage(name: String, bytes: [UInt8]) async throws {
    var limits = TransportLimits.brisk
    limits.sip.messageBytes = 2000
    try await Node.run(limits) { node in
      let peer = PlainSocket.tcp(to: node.tcp)
      peer.send(bytes)
      #expect(peer.isClosedByPeer())
      #expect(node.dropped(.framing) == 1)
      #expect(node.transport.statistics().connections == 0)
      #expect(node.recorder.now.received.isEmpty)
    }
  }

  @Test("A connection that says nothing, or only pings, is closed")
  func silence() async throws {
    var limits = TransportLimits.brisk
    limits.firstMessageTimeout = .milliseconds(150)
    try await Node.run(limits) { node in
      let silent = PlainSocket.tcp(to: node.tcp)
      let pinging = PlainSocket.tcp(to: node.tcp)
      pinging.send(Array("\r\n\r\n".utf8))
      #expect(silent.isClosedByPeer())
      #expect(pinging.isClosedByPeer())
      #expect(node.dropped(.firstMessageTimeout) == 2)
      let record = await node.recorder.record { $0.closed.count == 2 }
      #expect(record.closed.count == 2)
    }
  }

  @Test("A slow drip is closed by the deadline of its first byte, a whole message is not")
  func slowDrip() async throws {
    var limits = TransportLimits.brisk
    limits.messageTimeout = .milliseconds(300)
    try await Node.run(limits) { node in
      let honest = PlainSocket.tcp(to: node.tcp)
      honest.send(request("honest"))
      let dripping = PlainSocket.tcp(to: node.tcp)
      dripping.send(request("first"))
      let start = ContinuousClock.now
      var sent = 0
      for byte in request("slow") {
        guard dripping.send([byte]), node.dropped(.messageTimeout) == 0 else { break }
        sent += 1
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(dripping.isClosedByPeer())
      #expect(ContinuousClock.now - start > .milliseconds(290))
      #expect(sent < request("slow").count)
      #expect(node.dropped(.messageTimeout) == 1)
      node.send([response("still")], to: try #require(node.recorder.now.received.first?.flow))
      #expect(honest.receive() == response("still"))
    }
  }

  @Test("A connection that carries nothing for long is closed")
  func idle() async throws {
    var limits = TransportLimits.brisk
    limits.idleTimeout = .milliseconds(150)
    try await Node.run(limits) { node in
      let peer = PlainSocket.tcp(to: node.tcp)
      peer.send(request("x"))
      #expect(peer.isClosedByPeer())
      #expect(node.dropped(.idleTimeout) == 1)
    }
  }

  @Test("Connections of the node, and of one source, are limited", arguments: [true, false])
  func limit(perSource: Bool) async throws {
    var limits = TransportLimits.brisk
    if perSource { limits.connectionsPerSource = 2 } else { limits.connections = 2 }
    let reason = perSource ? DropReason.connectionLimitPerSource : .connectionLimit
    try await Node.run(limits) { node in
      node.recorder.answer(through: node.transport) { transport, _, flow, loop in
        transport.send(response("x"), to: flow, on: loop)
      }
      func isServed(_ peer: PlainSocket) -> Bool {
        peer.send(request("x"))
        return peer.receive(count: response("x").count) == response("x")
      }
      let first = PlainSocket.tcp(to: node.tcp)
      #expect(isServed(first))
      var second: PlainSocket? = PlainSocket.tcp(to: node.tcp)
      #expect(second.map(isServed) == true)
      #expect(PlainSocket.tcp(to: node.tcp).isClosedByPeer())
      #expect(node.dropped(reason) == 1)
      // Room again, once one has gone.
      second = nil
      _ = await node.recorder.record { $0.closed.count == 1 }
      #expect(isServed(PlainSocket.tcp(to: node.tcp)))
      #expect(isServed(first))
    }
  }

  @Test("A peer that stopped sending still gets its answer, then the end (RFC 9293 §3.6)")
  func halfClosed() async throws {
    try await Node.run { node in
      node.recorder.answer(through: node.transport) { transport, _, flow, _ in
        transport.eventLoops[0].scheduleTask(in: .milliseconds(100)) {
          transport.send(response("late"), to: flow, on: 0)
        }
      }
      let peer = PlainSocket.tcp(to: node.tcp)
      peer.send(request("x"))
      peer.stopSending()
      #expect(peer.receiveToEnd() == response("late"))
      let record = node.recorder.now
      #expect(record.closed == record.received.map(\.flow))
      #expect(node.transport.statistics().connections == 0)
    }
  }

  @Test("A peer that stopped sending and is owed nothing is closed at once")
  func owedNothing() async throws {
    var limits = TransportLimits.brisk
    limits.lingerTimeout = .minutes(1)
    try await Node.run(limits) { node in
      let peer = PlainSocket.tcp(to: node.tcp)
      peer.send(request("x", method: "ACK"))
      peer.stopSending()
      #expect(peer.isClosedByPeer())
    }
  }

  @Test("A peer that stopped sending waits for an answer that never comes no longer than allowed")
  func owedForever() async throws {
    var limits = TransportLimits.brisk
    limits.lingerTimeout = .milliseconds(150)
    try await Node.run(limits) { node in
      let start = ContinuousClock.now
      let peer = PlainSocket.tcp(to: node.tcp)
      peer.send(request("x"))
      peer.stopSending()
      #expect(peer.isClosedByPeer())
      #expect(ContinuousClock.now - start >= .milliseconds(150))
    }
  }
}
