import Addressing
import Logging
import NIOPosix
import SIP
import SIPTransport
import Synchronization

/// An owner of the transport that writes down what it is told and answers as the test says.
final class Recorder: SIPTransportDelegate {
  struct Failure: Equatable {
    var failure: SendFailure
    var token: SendToken
    var loop: Int
  }

  struct Record {
    var received: [(bytes: [UInt8], flow: Flow, loop: Int)] = []
    var closed: [Flow] = []
    var failures: [Failure] = []
    var ticks = 0
  }

  typealias Answering = @Sendable (SIPTransport, [UInt8], Flow, Int) -> Void

  private let record = Mutex(Record())
  private let answering = Mutex<(SIPTransport, Answering)?>(nil)
  private let tickEnding = Mutex<(@Sendable (Int) -> Void)?>(nil)

  func answer(through transport: SIPTransport, _ body: @escaping Answering) {
    answering.withLock { $0 = (transport, body) }
  }

  func atEndOfTick(_ body: @escaping @Sendable (Int) -> Void) {
    tickEnding.withLock { $0 = body }
  }

  var now: Record { record.withLock { $0 } }

  /// The record once it is as the test waits for, or as it is after three seconds.
  func record(when isReady: (Record) -> Bool) async -> Record {
    for _ in 0..<600 {
      let record = now
      if isReady(record) { return record }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return now
  }

  func received(_ bytes: [UInt8], from flow: Flow, on loop: Int) {
    record.withLock { $0.received.append((bytes, flow, loop)) }
    if let (transport, body) = answering.withLock({ $0 }) { body(transport, bytes, flow, loop) }
  }

  func tickEnded(on loop: Int) {
    record.withLock { $0.ticks += 1 }
    tickEnding.withLock { $0 }?(loop)
  }

  func connectionClosed(_ flow: Flow, on loop: Int) {
    record.withLock { $0.closed.append(flow) }
  }

  func sendFailed(_ failure: SendFailure, token: SendToken, to flow: Flow, on loop: Int) {
    record.withLock { $0.failures.append(Failure(failure: failure, token: token, loop: loop)) }
  }
}

/// A transport on loopback with one UDP and one TCP listener, for the length of a test.
struct Node {
  static let udp = ListenerID(0)
  static let tcp = ListenerID(1)

  let transport: SIPTransport
  let recorder: Recorder
  let udp: IPEndpoint
  let tcp: IPEndpoint

  static let listeners = [
    ListenerConfiguration(id: udp, transport: .udp, bound: IPEndpoint(.loopback, 0)),
    ListenerConfiguration(id: tcp, transport: .tcp, bound: IPEndpoint(.loopback, 0)),
  ]

  static func run(
    loops: Int = 1, startedAt start: UInt64 = 1 << 60, _ limits: TransportLimits = .brisk,
    _ body: (Node) async throws -> Void
  ) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let recorder = Recorder()
    let transport = SIPTransport(
      listeners: listeners, group: group, limits: limits, startedAt: start, logger: .quiet)
    let opened = try await transport.start(delegate: recorder)
    let node = Node(
      transport: transport, recorder: recorder, udp: opened[0].bound, tcp: opened[1].bound)
    do {
      try await body(node)
    } catch {
      await node.end(group)
      throw error
    }
    await node.end(group)
  }

  private func end(_ group: MultiThreadedEventLoopGroup) async {
    await transport.stop()
    try? await group.shutdownGracefully()
  }

  /// Sends from a loop, outside of any tick.
  func send(_ messages: [[UInt8]], to flow: Flow, token: SendToken = .none, on loop: Int = 0) {
    let transport = transport
    transport.eventLoops[loop].execute {
      for message in messages { transport.send(message, to: flow, token: token, on: loop) }
    }
  }

  /// The counts once each loop has ended the turn that it is in.
  func statistics() async throws -> TransportStatistics {
    for loop in transport.eventLoops { try await loop.submit {}.get() }
    return transport.statistics()
  }

  func dropped(_ reason: DropReason) -> UInt64 {
    transport.statistics().dropped[reason] ?? 0
  }
}

extension TransportLimits {
  /// Deadlines are looked at often, so that tests need not wait.
  static var brisk: TransportLimits {
    var limits = TransportLimits()
    limits.sweepInterval = .milliseconds(20)
    return limits
  }
}

extension Logger {
  static var quiet: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }
}

/// A request with this branch, and as long a body as asked for.
func request(_ branch: String, method: String = "OPTIONS", body: Int = 0) -> [UInt8] {
  let head = """
    \(method) sip:a@example.test SIP/2.0\r
    Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK\(branch)\r
    From: <sip:b@example.test>;tag=1\r
    To: <sip:a@example.test>\r
    Call-ID: \(branch)\r
    CSeq: 1 \(method)\r
    Content-Length: \(body)\r
    \r

    """
  return Array(head.utf8) + Array(repeating: UInt8(ascii: "x"), count: body)
}

func response(_ branch: String) -> [UInt8] {
  Array("SIP/2.0 200 OK\r\nCall-ID: \(branch)\r\nContent-Length: 0\r\n\r\n".utf8)
}
