import Addressing
import Glibc
import NIOPosix
import SIP
import SIPTransport
import Testing

@Suite("Listening")
struct ListeningTests {
  private func start(
    _ listeners: [ListenerConfiguration], loops: Int = 1
  ) async throws -> [ListenerConfiguration] {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let transport = SIPTransport(
      listeners: listeners, group: group, startedAt: 1 << 60, logger: .quiet)
    let opened: Result<[ListenerConfiguration], ListenError>
    do throws(ListenError) {
      opened = .success(try await transport.start(delegate: Recorder()))
    } catch {
      opened = .failure(error)
    }
    await transport.stop()
    try await group.shutdownGracefully()
    return try opened.get()
  }

  @Test("An advertised address is carried as it is, and port 0 becomes a real one")
  func advertised() async throws {
    let advertised = try #require(IPEndpoint("203.0.113.9:5060"))
    var listeners = Node.listeners
    listeners[0].advertised = advertised
    let opened = try await start(listeners)
    #expect(opened.map(\.advertised) == [advertised, nil])
    #expect(opened.map(\.id) == listeners.map(\.id))
    #expect(opened.allSatisfy { $0.bound.port != 0 && $0.bound.address == .loopback })
  }

  @Test(
    "A taken address is an error that names the listener",
    arguments: [TransportProtocol.udp, .tcp], [1, 2])
  func taken(transport: TransportProtocol, loops: Int) async throws {
    try await Node.run(loops: loops) { node in
      let bound = transport == .udp ? node.udp : node.tcp
      let listener = ListenerConfiguration(id: Node.udp, transport: transport, bound: bound)
      let error = await #expect(throws: ListenError.self) {
        try await start([listener], loops: loops)
      }
      #expect(error?.reason == .addressInUse)
      #expect(error?.listener == listener)
      #expect(error?.description.contains("\(transport.rawValue):\(bound)") == true)
    }
  }

  @Test(
    "An address of no interface is an error of its own", arguments: [TransportProtocol.udp, .tcp])
  func notLocal(transport: TransportProtocol) async throws {
    let bound = try #require(IPEndpoint("192.0.2.1:5060"))
    let listener = ListenerConfiguration(id: Node.udp, transport: transport, bound: bound)
    let error = await #expect(throws: ListenError.self) { try await start([listener]) }
    #expect(error?.reason == .addressNotLocal)
    #expect(error?.description.contains("192.0.2.1") == true)
  }

  @Test("Two listeners of one number are refused")
  func duplicate() async throws {
    var listeners = Node.listeners
    listeners[1].id = listeners[0].id
    let error = await #expect(throws: ListenError.self) { try await start(listeners) }
    #expect(error?.reason == .duplicateListener)
  }

  @Test("A start that fails leaves nothing open", arguments: [1, 2])
  func failedStart(loops: Int) async throws {
    let free = PlainSocket.udp(to: IPEndpoint(.loopback, 9)).local
    let good = ListenerConfiguration(id: Node.udp, transport: .udp, bound: free)
    let bad = ListenerConfiguration(
      id: Node.tcp, transport: .tcp, bound: try #require(IPEndpoint("192.0.2.1:5060")))
    await #expect(throws: ListenError.self) { try await start([good, bad], loops: loops) }
    #expect(try await start([good]).map(\.bound) == [free])
  }

  @Test(
    "A listener that is added receives and sends beside the others, and fails alone",
    arguments: [TransportProtocol.udp, .tcp], [1, 2])
  func added(transport: TransportProtocol, loops: Int) async throws {
    try await Node.run(loops: loops) { node in
      let third = ListenerConfiguration(
        id: ListenerID(2), transport: transport, bound: IPEndpoint(.loopback, 0))
      let taken = ListenerConfiguration(
        id: ListenerID(3), transport: transport,
        bound: transport == .udp ? node.udp : node.tcp)
      let error = await #expect(throws: ListenError.self) {
        try await node.transport.add([third, taken])
      }
      #expect(error?.reason == .addressInUse)
      #expect(node.transport.listening.count == 2)

      let opened = try await node.transport.add([third])
      #expect(node.transport.listening[third.description]?.isEmpty == false)
      node.recorder.answer(through: node.transport) { transport, bytes, flow, loop in
        if bytes == request("x") { transport.send(response("x"), to: flow, on: loop) }
      }
      let there = Flow(transport: transport, listener: third.id, remote: opened[0].bound)
      node.send([request("x")], to: there)
      let record = await node.recorder.record { $0.received.count == 2 }
      #expect(record.received.map(\.flow.listener) == [third.id, third.id])
      await #expect(throws: ListenError.self) { try await node.transport.add([third]) }
    }
  }

  @Test("After a stop the ports are free, connections end, and sends go nowhere")
  func stop() async throws {
    var left: [ListenerConfiguration] = []
    try await Node.run { node in
      let peer = PlainSocket.tcp(to: node.tcp)
      peer.send(request("x"))
      _ = await node.recorder.record { !$0.received.isEmpty }
      await node.transport.stop()
      #expect(peer.isClosedByPeer())
      #expect(node.transport.statistics().connections == 0)
      left = zip(Node.listeners, [node.udp, node.tcp]).map { listener, bound in
        ListenerConfiguration(id: listener.id, transport: listener.transport, bound: bound)
      }
      // Told nobody, for the owner is gone; but nothing breaks.
      for listener in left {
        let flow = Flow(transport: listener.transport, listener: listener.id, remote: peer.local)
        node.send([response("x")], to: flow, token: SendToken(1))
      }
      try await node.transport.eventLoops[0].submit {}.get()
    }
    #expect(try await start(left) == left)
  }

  @Test("IPv6 and IPv4 listeners of the same port live side by side")
  func bothFamilies() async throws {
    let six = ListenerConfiguration(
      id: ListenerID(0), transport: .udp, bound: IPEndpoint(.anyIPv6, 0))
    let port = try await start([six])[0].bound.port
    var listeners: [ListenerConfiguration] = []
    for (index, transport) in [TransportProtocol.udp, .tcp, .udp, .tcp].enumerated() {
      let address = index < 2 ? IPAddress.anyIPv6 : .anyIPv4
      listeners.append(
        ListenerConfiguration(
          id: ListenerID(UInt8(index)), transport: transport, bound: IPEndpoint(address, port)))
    }
    #expect(try await start(listeners) == listeners)
  }

  @Test("IPv6 carries messages both ways", arguments: [TransportProtocol.udp, .tcp])
  func overIPv6(transport: TransportProtocol) async throws {
    let listeners = [0, 1].map { number in
      ListenerConfiguration(
        id: ListenerID(number), transport: transport, bound: IPEndpoint(.v6(0, 1), 0))
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let recorder = Recorder()
    let node = SIPTransport(
      listeners: listeners, group: group, startedAt: 1 << 60, logger: .quiet)
    let opened = try await node.start(delegate: recorder)
    let there = Flow(
      transport: transport, listener: opened[0].id, remote: opened[1].bound)
    recorder.answer(through: node) { node, bytes, flow, loop in
      if bytes == request("x") { node.send(response("x"), to: flow, on: loop) }
    }
    node.eventLoops[0].execute { node.send(request("x"), to: there, on: 0) }
    let record = await recorder.record { $0.received.count == 2 }
    await node.stop()
    try await group.shutdownGracefully()
    #expect(record.received.map(\.bytes) == [request("x"), response("x")])
    #expect(record.received.map(\.flow.listener) == [opened[1].id, opened[0].id])
    #expect(record.received.last?.flow.remote == opened[1].bound)
    #expect(record.received.first?.flow.remote.address == .v6(0, 1))
  }
}
