import Addressing
import Foundation
import Logging
import NIOPosix
import SIP
import SIPTransport
import Testing

@Suite("SIP over TLS")
struct TLSTests {
  @Test("What is sent over TLS arrives, both ways, and is counted as such")
  func exchange() async throws {
    try await SecureNode.run { server in
      try await SecureNode.run { client in
        server.recorder.answer(through: server.transport) { transport, bytes, flow, loop in
          transport.send(response("there"), to: flow, on: loop)
        }
        client.send([request("a", body: 40_000), request("b")], to: server.endpoint)
        let record = await client.recorder.record { $0.received.count == 2 }
        #expect(record.received.map(\.bytes) == [response("there"), response("there")])
        let heard = server.recorder.now.received
        #expect(heard.map(\.bytes) == [request("a", body: 40_000), request("b")])
        #expect(heard.first?.flow.transport == .tls)
        let statistics = server.transport.statistics()
        #expect(statistics.handshakes == 1 && statistics.received[.tls] == 2)
        #expect(statistics.received[.tcp] == 0 && statistics.connectionsAccepted == 1)
      }
    }
  }

  @Test("A request goes over the connection that its peer has opened, while that is open")
  func reuse() async throws {
    try await SecureNode.run { server in
      try await SecureNode.run { client in
        client.send([request("a")], to: server.endpoint)
        let record = await server.recorder.record { !$0.received.isEmpty }
        var flow = try #require(record.received.first?.flow)
        // The number is forgotten, as after a restart of whoever kept it; the address is known.
        flow.connection = nil
        server.send([request("back")], to: flow)
        let heard = await client.recorder.record { !$0.received.isEmpty }
        #expect(heard.received.map(\.bytes) == [request("back")])
        #expect(server.transport.statistics().connectionsOpened == 0)
      }
    }
  }

  @Test("A server whose certificate nobody vouches for is not spoken to")
  func unverified() async throws {
    var policy = TLSPolicy()
    policy.verifiesServers = true
    try await SecureNode.run { server in
      try await SecureNode.run(policy: policy) { client in
        client.send([request("a")], to: server.endpoint, token: SendToken(7))
        let record = await client.recorder.record { !$0.failures.isEmpty }
        #expect(record.failures.first?.token == SendToken(7))
        guard case .connectFailed? = record.failures.first?.failure else {
          return #expect(Bool(false), "\(record.failures)")
        }
        #expect(server.recorder.now.received.isEmpty)
        #expect(client.transport.statistics().connections == 0)
      }
    }
  }

  @Test("A server that an authority vouches for, at its address, is spoken to")
  func verified() async throws {
    let folder = try TemporaryFolder()
    let identity = try folder.identity()
    var policy = TLSPolicy()
    policy.authorities = identity.certificateFile
    try await SecureNode.run(identity) { server in
      try await SecureNode.run(policy: policy) { client in
        client.send([request("a")], to: server.endpoint)
        #expect(await !server.recorder.record { !$0.received.isEmpty }.received.isEmpty)
      }
    }
  }

  @Test("A server that was found by a name has to prove the name, whatever its address")
  func serverName() async throws {
    let folder = try TemporaryFolder()
    let identity = try folder.identity()
    var policy = TLSPolicy()
    policy.authorities = identity.certificateFile
    try await SecureNode.run(identity) { server in
      try await SecureNode.run(policy: policy) { client in
        let flow = Flow(transport: .tls, listener: ListenerID(0), remote: server.endpoint)
        client.send([request("a")], to: flow, serverName: "other.test", token: SendToken(3))
        let failed = await client.recorder.record { !$0.failures.isEmpty }
        #expect(failed.failures.map(\.token) == [SendToken(3)])
        client.send([request("b")], to: flow, serverName: "example.test")
        client.send([request("c")], to: flow, serverName: "example.test")
        #expect(await server.recorder.record { $0.received.count == 2 }.received.count == 2)
        // The name is looked for when the handshake is done: one was in vain, the other served both.
        #expect(server.transport.statistics().handshakes == 2)
        // That connection has proved no other name, nor the address.
        client.send([request("d")], to: flow, serverName: "other.test", token: SendToken(4))
        #expect(await client.recorder.record { $0.failures.count == 2 }.failures.count == 2)
        client.send([request("e")], to: flow)
        #expect(await server.recorder.record { $0.received.count == 3 }.received.count == 3)
        #expect(server.transport.statistics().handshakes == 4)
        #expect(!server.recorder.now.received.map(\.bytes).contains(request("d")))
      }
    }
  }

  @Test("A client without a certificate is let in nowhere where one is required")
  func clientCertificate() async throws {
    let folder = try TemporaryFolder()
    let identity = try folder.identity()
    var policy = TLSPolicy()
    policy.requiresClientCertificate = true
    policy.authorities = identity.certificateFile
    policy.verifiesServers = false
    try await SecureNode.run(identity, policy: policy) { server in
      try await SecureNode.run { stranger in
        stranger.send([request("a")], to: server.endpoint)
        let failed = try await eventually { server.dropped(.handshakeFailed) == 1 }
        #expect(failed && server.recorder.now.received.isEmpty)
      }
      try await SecureNode.run(identity) { friend in
        friend.send([request("b")], to: server.endpoint)
        #expect(await server.recorder.record { !$0.received.isEmpty }.received.count == 1)
      }
    }
  }

  @Test("Plain bytes on the port for TLS are a failed handshake, and close the connection")
  func plainBytes() async throws {
    try await SecureNode.run { node in
      let peer = PlainSocket.tcp(to: node.endpoint)
      peer.send(request("plain"))
      #expect(peer.isClosedByPeer())
      #expect(node.dropped(.handshakeFailed) == 1)
      #expect(node.recorder.now.received.isEmpty)
      #expect(node.transport.statistics().connections == 0)
    }
  }

  @Test("A handshake that stops, or never begins, is closed in time, and holds nobody up")
  func slowHandshake() async throws {
    var limits = TransportLimits.brisk
    limits.handshakeTimeout = .milliseconds(300)
    try await SecureNode.run(limits: limits) { server in
      let silent = PlainSocket.tcp(to: server.endpoint)
      let halfway = PlainSocket.tcp(to: server.endpoint)
      // The beginning of a ClientHello of 512 bytes (RFC 8446 §5.1).
      halfway.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03])
      try await SecureNode.run { client in
        client.send([request("meanwhile")], to: server.endpoint)
        #expect(await server.recorder.record { !$0.received.isEmpty }.received.count == 1)
      }
      #expect(silent.isClosedByPeer() && halfway.isClosedByPeer())
      #expect(server.dropped(.handshakeTimeout) == 2)
    }
  }

  @Test(
    "Handshakes at a time are limited, all in all and for one address", arguments: [true, false])
  func handshakeLimit(perSource: Bool) async throws {
    var limits = TransportLimits.brisk
    if perSource { limits.handshakesPerSource = 2 } else { limits.handshakes = 2 }
    limits.handshakeTimeout = .minutes(1)
    try await SecureNode.run(limits: limits) { server in
      var waiting = [
        PlainSocket.tcp(to: server.endpoint), PlainSocket.tcp(to: server.endpoint),
      ]
      #expect(try await eventually { server.transport.statistics().connections == 2 })
      #expect(PlainSocket.tcp(to: server.endpoint).isClosedByPeer())
      #expect(server.dropped(.handshakeLimit) == 1)
      // Room again, when those have gone.
      waiting.removeAll()
      #expect(try await eventually { server.transport.statistics().connections == 0 })
      try await SecureNode.run { client in
        client.send([request("x")], to: server.endpoint)
        #expect(await server.recorder.record { !$0.received.isEmpty }.received.count == 1)
      }
    }
  }

  @Test("A peer that agreed on TLS and then says nothing is closed")
  func silenceAfterHandshake() async throws {
    var limits = TransportLimits.brisk
    limits.firstMessageTimeout = .milliseconds(150)
    try await SecureNode.run(limits: limits) { server in
      try await SecureNode.run { client in
        // A ping is no message.
        client.send([Array("\r\n\r\n".utf8)], to: server.endpoint)
        let isClosed = try await eventually { server.dropped(.firstMessageTimeout) == 1 }
        #expect(isClosed)
        #expect(await client.recorder.record { !$0.closed.isEmpty }.closed.count == 1)
      }
    }
  }

  @Test("A new certificate is shown to new connections, and old ones go on")
  func replaced() async throws {
    let folder = try TemporaryFolder()
    let (old, new) = (try folder.identity("old"), try folder.identity("new"))
    #expect(old.fingerprint != new.fingerprint)
    var trusting = TLSPolicy()
    trusting.authorities = new.certificateFile
    try await SecureNode.run(old) { server in
      try await SecureNode.run { before in
        before.send([request("a")], to: server.endpoint)
        let flow = try #require(
          await server.recorder.record { !$0.received.isEmpty }.received.first?.flow)
        await server.transport.replaceCertificate(try TLSContext(new))
        try await SecureNode.run(policy: trusting) { after in
          after.send([request("b")], to: server.endpoint)
          #expect(await server.recorder.record { $0.received.count == 2 }.received.count == 2)
        }
        server.send([response("still")], to: flow)
        let heard = await before.recorder.record { !$0.received.isEmpty }
        #expect(heard.received.map(\.bytes) == [response("still")])
      }
    }
  }
}

/// A transport with one listener for TLS, for the length of a test.
struct SecureNode {
  let transport: SIPTransport
  let recorder: Recorder
  let endpoint: IPEndpoint

  /// - Parameter identity: nil for one of its own.
  static func run(
    _ identity: TLSIdentity? = nil, policy: TLSPolicy? = nil,
    limits: TransportLimits = .brisk, _ body: (SecureNode) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    var trusting = TLSPolicy()
    trusting.verifiesServers = false
    let context = try TLSContext(identity ?? folder.identity(), policy ?? trusting)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let recorder = Recorder()
    let listener = ListenerConfiguration(
      id: ListenerID(0), transport: .tls, bound: IPEndpoint(.loopback, 0))
    let transport = SIPTransport(
      listeners: [listener], group: group, limits: limits, tls: context, startedAt: 1 << 60,
      logger: .quiet)
    let opened = try await transport.start(delegate: recorder)
    let node = SecureNode(
      transport: transport, recorder: recorder, endpoint: opened[0].bound)
    let result = await Result { () async throws in try await body(node) }
    await transport.stop()
    try await group.shutdownGracefully()
    try result.get()
  }

  func send(_ messages: [[UInt8]], to remote: IPEndpoint, token: SendToken = .none) {
    send(
      messages, to: Flow(transport: .tls, listener: ListenerID(0), remote: remote), token: token)
  }

  func send(
    _ messages: [[UInt8]], to flow: Flow, serverName: String? = nil, token: SendToken = .none
  ) {
    let transport = transport
    transport.eventLoops[0].execute {
      for message in messages {
        transport.send(message, to: flow, serverName: serverName, token: token, on: 0)
      }
    }
  }

  func dropped(_ reason: DropReason) -> UInt64 { transport.statistics().dropped[reason] ?? 0 }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}

/// Until it is so, or three seconds have passed.
func eventually(_ isSo: () throws -> Bool) async throws -> Bool {
  for _ in 0..<600 {
    if try isSo() { return true }
    try await Task.sleep(for: .milliseconds(5))
  }
  return try isSo()
}

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "tandem-tls-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func identity(_ name: String = "own") throws -> TLSIdentity {
    try TLSIdentity.selfSigned(
      for: CertificateNames(domains: ["example.test"], addresses: [.loopback]),
      keptIn: "\(path)/\(name).pem", at: Int(Date().timeIntervalSince1970))
  }
}
