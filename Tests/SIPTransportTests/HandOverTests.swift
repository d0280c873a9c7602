import Addressing
import Glibc
import NIOCore
import NIOPosix
import SIP
import Testing

@testable import SIPTransport

/// A transport that plays one process after another.
private struct Generation {
  let transport: SIPTransport
  let recorder = Recorder()
  let group: MultiThreadedEventLoopGroup

  init(
    _ listeners: [ListenerConfiguration] = Node.listeners, loops: Int = 1,
    startedAt start: UInt64 = 1 << 60
  ) {
    group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    transport = SIPTransport(
      listeners: listeners, group: group, limits: .brisk, startedAt: start, logger: .quiet)
  }

  func start(adopting sockets: [String: [CInt]] = [:]) async throws -> [ListenerConfiguration] {
    try await transport.start(delegate: recorder, adopting: sockets)
  }

  /// What a keeper would hold: other descriptors of the same sockets.
  func kept() -> [String: [CInt]] {
    // Marked, so that a process that another test starts meanwhile does not get it too.
    transport.listening.mapValues { $0.map { fcntl($0, F_DUPFD_CLOEXEC, 0) } }
  }

  func end() async {
    await transport.stop()
    try? await group.shutdownGracefully()
  }

  func send(_ message: [UInt8], to flow: Flow) {
    let transport = transport
    transport.eventLoops[0].execute { transport.send(message, to: flow, on: 0) }
  }
}

@Suite("From one process to the next")
struct HandOverTests {
  @Test("What arrives between two processes waits in adopted sockets", arguments: [1, 2])
  func adoptedSockets(loops: Int) async throws {
    let first = Generation(loops: loops)
    let opened = try await first.start()
    let kept = first.kept()
    #expect(kept[Node.listeners[0].description]?.count == loops)
    #expect(kept[Node.listeners[1].description]?.count == 1)
    await first.end()
    let phone = PlainSocket.udp(to: opened[0].bound)
    let peer = PlainSocket.tcp(to: opened[1].bound)
    for message in ["a", "b"] { #expect(phone.send(request(message))) }
    peer.send(request("c"))
    let second = Generation(loops: loops)
    let again = try await second.start(adopting: kept)
    #expect(again == opened)
    let record = await second.recorder.record { $0.received.count == 3 }
    #expect(Set(record.received.map(\.bytes)) == [request("a"), request("b"), request("c")])
    await second.end()
  }

  @Test(
    "With another number of loops there is still a socket for each", arguments: [(1, 3), (3, 1)])
  func otherLoops(before: Int, after: Int) async throws {
    let first = Generation(loops: before)
    let opened = try await first.start()
    let kept = first.kept()
    await first.end()
    let second = Generation(loops: after)
    #expect(try await second.start(adopting: kept) == opened)
    #expect(second.transport.listening[Node.listeners[0].description]?.count == after)
    // Each from another port, so that the kernel spreads them over all sockets there are.
    let phones = (0..<20).map { _ in PlainSocket.udp(to: opened[0].bound) }
    for (number, phone) in phones.enumerated() { phone.send(request("x\(number)")) }
    let record = await second.recorder.record { $0.received.count == 20 }
    #expect(record.received.count == 20)
    await second.end()
  }

  @Test("A socket that is not what it is taken for is closed, and another one bound")
  func foreignSockets() async throws {
    let node = Generation()
    let foreign = [
      socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0),
      socket(AF_INET6, CInt(SOCK_DGRAM.rawValue), 0),
    ]
    let opened = try await node.start(adopting: [
      Node.listeners[0].description: [foreign[0]], Node.listeners[1].description: [foreign[1]],
      "udp:192.0.2.1:5060": [dup(0)],
    ])
    let peer = PlainSocket.udp(to: opened[0].bound)
    peer.send(request("a"))
    #expect(await node.recorder.record { !$0.received.isEmpty }.received.count == 1)
    await node.end()
  }

  @Test("A connection goes on in the next process, in the middle of a message")
  func connections() async throws {
    let first = Generation()
    let opened = try await first.start()
    let kept = first.kept()
    let peer = PlainSocket.tcp(to: opened[1].bound)
    let (whole, cut) = (request("whole"), request("cut", body: 300))
    peer.send(whole + cut.prefix(150))
    let before = await first.recorder.record { !$0.received.isEmpty }
    let flow = try #require(before.received.first?.flow)

    let handed = await first.transport.yieldConnections()
    #expect(handed.map(\.flow) == [flow])
    #expect(handed.first?.unframed == Array(cut.prefix(150)))
    peer.send(Array(cut.dropFirst(150)))
    let late = PlainSocket.tcp(to: opened[1].bound)
    late.send(request("late"))
    await first.end()
    #expect(first.recorder.now.closed.isEmpty)
    #expect(first.recorder.now.received.count == 1)

    let second = Generation(startedAt: (1 << 60) + 1_000_000_000)
    _ = try await second.start(adopting: kept)
    let travelled = try handed.map {
      try #require(HandedConnection(payload: $0.payload, descriptor: $0.descriptor))
    }
    #expect(travelled == handed)
    #expect(await second.transport.adopt(travelled) == 1)
    let after = await second.recorder.record { $0.received.count == 2 }
    #expect(after.received.first { $0.flow == flow }?.bytes == cut)
    let other = try #require(after.received.first { $0.flow != flow }?.flow.connection)
    #expect(other.number > (flow.connection?.number ?? .max))
    second.send(response("whole"), to: flow)
    #expect(peer.receive(count: response("whole").count) == response("whole"))
    #expect(second.transport.statistics().connections == 2)
    await second.end()
    #expect(peer.isClosedByPeer())
  }

  @Test("A connection whose peer does not read is closed, not handed over")
  func unwritten() async throws {
    let node = Generation()
    let opened = try await node.start()
    let peer = PlainSocket.tcp(to: opened[1].bound)
    peer.send(request("a"))
    let flow = try #require(
      await node.recorder.record { !$0.received.isEmpty }.received.first?.flow)
    let bulk = request("b", body: 60_000)
    // Until the kernel takes no more of it.
    let transport = node.transport
    for _ in 0..<200 {
      let isWaiting = try await transport.eventLoops[0].submit {
        transport.send(bulk, to: flow, on: 0)
        transport.flush(on: 0)
        return transport.loops[0].connections.values.contains { $0.hasBacklog }
      }.get()
      if isWaiting { break }
    }
    #expect(await node.transport.yieldConnections().isEmpty)
    #expect(await node.recorder.record { !$0.closed.isEmpty }.closed == [flow])
    await node.end()
  }

  @Test("A record of a connection that is cut short or of another version is none")
  func payload() throws {
    let flow = Flow(
      transport: .tcp, listener: ListenerID(3),
      remote: IPEndpoint(.v6(0x2001_0DB8_0000_0000, 7), 5061), connection: ConnectionID(.max - 1))
    let handed = HandedConnection(
      flow: flow, id: ConnectionID(.max - 1), descriptor: 9, wasAccepted: true, unanswered: 4,
      unframed: [])
    let bytes = handed.payload
    #expect(HandedConnection(payload: bytes, descriptor: 9) == handed)
    for count in 0..<bytes.count {
      #expect(HandedConnection(payload: Array(bytes[..<count]), descriptor: 9) == nil)
    }
    #expect(HandedConnection(payload: [2] + bytes.dropFirst(), descriptor: 9) == nil)
  }
}

@Suite("What is in no frame yet")
struct UnframedBytesTests {
  static let streams: [[UInt8]] = [
    request("a") + request("b", body: 20) + request("c"),
    Array("\r\n\r\n".utf8) + request("a") + Array("\r\n\r\n\r\n\r\n".utf8) + request("b", body: 3),
    Array("\n\r\r\n\n\r\n\r\n\r".utf8) + request("a") + Array("\r\n\n\r\n\r\r\n\r\n".utf8),
    Array("\r\n\r\n\r\n".utf8) + request("a") + Array("\r\n\r".utf8),
  ]

  private func frames(_ framer: inout StreamFramer) throws -> [StreamFramer.Frame] {
    var frames: [StreamFramer.Frame] = []
    while let frame = try framer.next() { frames.append(frame) }
    return frames
  }

  @Test("Another framer goes on with it as the same one would", arguments: streams)
  func goesOn(stream: [UInt8]) throws {
    for cut in 0...stream.count {
      var (framer, unframed) = (StreamFramer(), UnframedBytes())
      var got: [StreamFramer.Frame] = []
      // In two appends, so that what the first leaves is carried through the second.
      for part in [stream[..<(cut / 2)], stream[(cut / 2)..<cut]] {
        framer.append(part)
        unframed.append(part)
        for frame in try frames(&framer) {
          got.append(frame)
          unframed.remove(frame)
        }
        unframed.settle()
      }
      var same = framer
      same.append(stream[cut...])
      var next = StreamFramer()
      next.append(unframed.bytes)
      #expect(try frames(&next).isEmpty, "cut at \(cut)")
      next.append(stream[cut...])
      #expect(try frames(&next) == frames(&same), "cut at \(cut)")
      #expect(next.isWithinMessage == same.isWithinMessage)
    }
  }
}
