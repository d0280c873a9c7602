import Addressing
import NIOCore
import SIP
import SIPTransport
import Testing

@Suite("SIP over TCP: sending")
struct ConnectionTests {
  private func flow(to remote: IPEndpoint) -> Flow {
    Flow(transport: .tcp, listener: Node.tcp, remote: remote)
  }

  @Test("Messages sent before a connection exists leave on one connection, in order")
  func connecting() async throws {
    try await Node.run { node in
      let server = PlainSocket.listening()
      let messages = (0..<3).map { request("m\($0)") }
      node.send(messages, to: flow(to: server.local))
      let peer = try #require(server.accepted())
      #expect(peer.remote.address == node.tcp.address)
      let all = Array(messages.joined())
      #expect(peer.receive(count: all.count) == all)
      peer.send(response("m0"))
      let record = await node.recorder.record { !$0.received.isEmpty }
      let answer = try #require(record.received.first)
      #expect(answer.bytes == response("m0"))
      #expect(answer.flow.remote == server.local)
      #expect(answer.flow.connection != nil)
      node.send([request("m4")], to: flow(to: server.local))
      #expect(peer.receive(count: request("m4").count) == request("m4"))
      let statistics = try await node.statistics()
      #expect(statistics.connectionsOpened == 1)
      #expect(statistics.sent[.tcp] == 4)
    }
  }

  @Test("A peer's own connection is reused for what names only the peer (RFC 3261 §18.1.1)")
  func reuse() async throws {
    try await Node.run { node in
      let peer = PlainSocket.tcp(to: node.tcp)
      peer.send(request("x"))
      _ = await node.recorder.record { !$0.received.isEmpty }
      node.send([request("y")], to: flow(to: peer.local))
      #expect(peer.receive(count: request("y").count) == request("y"))
      #expect(node.transport.statistics().connectionsOpened == 0)
    }
  }

  @Test("A flow whose connection has gone leads over a new one to the same peer")
  func reconnect() async throws {
    try await Node.run { node in
      let server = PlainSocket.listening()
      node.send([request("1")], to: flow(to: server.local))
      var peer = server.accepted()
      peer?.send(response("1"))
      let first = await node.recorder.record { !$0.received.isEmpty }
      let stale = try #require(first.received.first?.flow)
      peer = nil
      let record = await node.recorder.record { !$0.closed.isEmpty }
      #expect(record.closed == [stale])
      node.send([request("2")], to: stale)
      let again = try #require(server.accepted())
      #expect(again.receive(count: request("2").count) == request("2"))
      again.send(response("2"))
      let later = await node.recorder.record { $0.received.count == 2 }
      #expect(later.received.last?.flow.connection != stale.connection)
    }
  }

  @Test("A request does not follow a peer that stopped sending; a new connection takes it")
  func requestToHalfClosed() async throws {
    try await Node.run { node in
      let server = PlainSocket.listening()
      node.send([request("1")], to: flow(to: server.local))
      let peer = try #require(server.accepted())
      peer.send(request("owed"))
      peer.stopSending()
      let record = await node.recorder.record { !$0.closed.isEmpty }
      let half = try #require(record.closed.first)
      node.send([request("2"), response("owed")], to: half)
      let again = try #require(server.accepted())
      #expect(again.receive(count: request("2").count) == request("2"))
      #expect(peer.receiveToEnd() == request("1") + response("owed"))
    }
  }

  @Test("A connection that cannot be had fails each message, on the loop that sent it")
  func refused() async throws {
    try await Node.run(loops: 2) { node in
      var server: PlainSocket? = PlainSocket.listening()
      let closed = try #require(server?.local)
      server = nil
      node.send([request("1")], to: flow(to: closed), token: SendToken(1), on: 1)
      let record = await node.recorder.record { !$0.failures.isEmpty }
      let failure = try #require(record.failures.first)
      #expect(failure.token == SendToken(1) && failure.loop == 1)
      guard case .connectFailed = failure.failure else {
        Issue.record("\(failure.failure)")
        return
      }
      #expect(node.dropped(.connectFailed) == 1)
      #expect(node.transport.statistics().connections == 0)
    }
  }

  @Test("A connection that is never accepted fails by its deadline")
  func connectTimeout() async throws {
    var limits = TransportLimits.brisk
    limits.connectTimeout = .milliseconds(100)
    // With its backlog full, Linux leaves further connections unanswered.
    let server = PlainSocket.listening(backlog: 0)
    let waiting = PlainSocket.tcp(to: server.local)
    try await Node.run(limits) { node in
      node.send([request("1")], to: flow(to: server.local), token: SendToken(1))
      let record = await node.recorder.record { !$0.failures.isEmpty }
      #expect(record.failures.map(\.token) == [SendToken(1)])
      #expect(waiting.local.port != 0)
    }
  }

  @Test("No more messages wait for a connection than the limit says")
  func connectingQueue() async throws {
    var limits = TransportLimits.brisk
    limits.connectingMessages = 2
    try await Node.run(limits) { node in
      let server = PlainSocket.listening()
      let messages = (0..<3).map { request("m\($0)") }
      node.send(messages, to: flow(to: server.local), token: SendToken(1))
      let peer = try #require(server.accepted())
      let taken = messages[0] + messages[1]
      #expect(peer.receive(count: taken.count) == taken)
      let record = await node.recorder.record { !$0.failures.isEmpty }
      #expect(record.failures.map(\.failure) == [.queueFull])
    }
  }

  @Test("A peer that takes nothing is cut off, and the senders told")
  func backlog() async throws {
    var limits = TransportLimits.brisk
    limits.connectionBacklogBytes = 200_000
    try await Node.run(limits) { node in
      let peer = PlainSocket.tcp(to: node.tcp)
      peer.send(request("x"))
      let record = await node.recorder.record { !$0.received.isEmpty }
      let flow = try #require(record.received.first?.flow)
      let large = request("large", body: 50_000)
      // The kernels of both sides take some megabytes before anything waits here.
      for _ in 0..<400 where node.dropped(.connectionBacklog) == 0 {
        node.send([large], to: flow, token: SendToken(1))
        try await Task.sleep(for: .milliseconds(1))
      }
      #expect(node.dropped(.connectionBacklog) == 1)
      let after = await node.recorder.record { !$0.closed.isEmpty && !$0.failures.isEmpty }
      #expect(after.closed == [flow])
      #expect(after.failures.first?.failure == .connectionClosed)
      #expect(peer.isClosedByPeer())
    }
  }

  @Test("The connections of the node that it opens itself are limited too")
  func limit() async throws {
    var limits = TransportLimits.brisk
    limits.connections = 1
    try await Node.run(limits) { node in
      let peer = PlainSocket.tcp(to: node.tcp)
      peer.send(request("x"))
      _ = await node.recorder.record { !$0.received.isEmpty }
      let server = PlainSocket.listening()
      node.send([request("1")], to: flow(to: server.local), token: SendToken(1))
      let record = await node.recorder.record { !$0.failures.isEmpty }
      #expect(record.failures.map(\.failure) == [.connectionLimit])
    }
  }

  @Test("A flow of no TCP listener, or of the other address family, fails")
  func misuse() async throws {
    try await Node.run { node in
      let here = IPEndpoint(.loopback, 9)
      let wrong = Flow(transport: .tcp, listener: Node.udp, remote: here)
      node.send([request("1")], to: wrong, token: SendToken(1))
      node.send(
        [request("1")], to: flow(to: IPEndpoint(.v6(0, 1), 9)), token: SendToken(2))
      let record = await node.recorder.record { $0.failures.count == 2 }
      #expect(record.failures.map(\.failure) == [.noListener, .addressFamily])
    }
  }

  @Test("A message finds its connection from every loop")
  func severalLoops() async throws {
    try await Node.run(loops: 2) { node in
      let peers = (0..<8).map { _ in PlainSocket.tcp(to: node.tcp) }
      for peer in peers { peer.send(request("x")) }
      let record = await node.recorder.record { $0.received.count == 8 }
      #expect(Set(record.received.map(\.loop)) == [0, 1])
      for received in record.received {
        let peer = try #require(peers.first { $0.local == received.flow.remote })
        for loop in 0..<2 {
          node.send([response("on \(loop)")], to: received.flow, on: loop)
          #expect(peer.receive() == response("on \(loop)"))
        }
        // Also without its number, over the node's one directory.
        node.send([request("by route")], to: flow(to: peer.local), on: 1 - received.loop)
        #expect(peer.receive(count: request("by route").count) == request("by route"))
      }
      #expect(node.transport.statistics().connectionsOpened == 0)
    }
  }

  @Test("A later process numbers its connections otherwise, for flows are kept on record")
  func numbering() async throws {
    func connection(startedAt start: UInt64) async throws -> ConnectionID? {
      var id: ConnectionID?
      try await Node.run(startedAt: start) { node in
        PlainSocket.tcp(to: node.tcp).send(request("x"))
        id = await node.recorder.record { !$0.received.isEmpty }.received.first?.flow.connection
      }
      return id
    }
    let first = try #require(try await connection(startedAt: 1_800_000_000_000_000_000))
    let second = try #require(try await connection(startedAt: 1_800_000_000_001_000_000))
    #expect(first.number < second.number)
  }
}
