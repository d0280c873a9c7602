import Foundation
import Testing

extension IntegrationTests {
  @Suite("Signalling over TLS")
  struct SecureCallTests {
    @Test(
      "Two baresips register and call each other over TLS, and hear each other",
      .enabled(if: NetworkNamespace.isPossible, "network namespaces need root"))
    func baresips() async throws {
      var configuration = NodeConfiguration()
      configuration.address = "198.18.73.1"
      configuration.tlsPort = Ports.one()
      try await withNode(configuration, starting: false) { node in
        try await NetworkNamespace.with([73, 74], folder: node.folder) { spaces in
          try await node.start()
          try await call(from: spaces[0], to: spaces[1], node)
        }
      }
    }

    private func call(
      from first: NetworkNamespace, to second: NetworkNamespace, _ node: TandemNode
    ) async throws {
      let (lower, higher) = (Tone(frequency: 440), Tone(frequency: 1000))
      func phone(_ owner: Subscriber, _ namespace: NetworkNamespace, _ tone: Tone) throws -> Baresip
      {
        try Baresip(
          owner, in: namespace, domain: node.configuration.domain,
          node: "\(node.configuration.address):\(node.configuration.tlsPort ?? 0)", tone: tone,
          overTLS: true, folder: node.folder)
      }
      let (alice, bob) = (try phone(.alice, first, lower), try phone(.bob, second, higher))
      let called = try bob.start(seconds: 8)
      let isRegistered = try await eventually(within: .seconds(5)) {
        try await node.registrations().contains { $0.user == "bob" && $0.transport == "tls" }
      }
      try #require(isRegistered, "\(called.output.lastLines(20))")
      let calling = try alice.start(
        dialling: "sip:bob@\(node.configuration.domain)", seconds: 5)
      _ = try await calling.exitStatus(within: .seconds(10))
      _ = try await called.exitStatus(within: .seconds(10))
      await calling.stop()
      await called.stop()
      for (phone, tone) in [(alice, higher), (bob, lower)] {
        let heard = try phone.heard()
        try #require(heard.seconds > 1, "\(calling.output.lastLines(20))")
        let level = heard.amplitude(of: tone.frequency, from: 0.5, to: heard.seconds - 0.5)
        #expect(abs(level - tone.amplitude) < 0.05)
      }
      let record = try #require(try await node.callRecords(1).first)
      #expect(record.cause == 200)
      let metrics = try #require(node.fetch("/metrics")?.text)
      #expect(!metrics.contains("tandem_transport_received_total{transport=\"tls\"} 0\n"))
      #expect(metrics.contains("tandem_transport_received_total{transport=\"udp\"} 0\n"))
    }

    @Test("The node signs a certificate, says so, keeps it over a restart, and openssl accepts it")
    func selfSigned() async throws {
      var configuration = NodeConfiguration()
      let port = Ports.one()
      configuration.tlsPort = port
      try await withNode(configuration) { node in
        let check = try await node.command("check")
        #expect(check.status == 0)
        #expect(check.output.contains("names no certificate: the node signs one itself"))
        #expect(node.log.contains("one that the node signed itself is used"))
        let file = node.folder.appending(path: "tls-self-signed.pem")
        let before = try Data(contentsOf: file)
        try await expectAnswer(node, port, trusting: file)
        try await node.stop()
        try await node.start()
        #expect(try Data(contentsOf: file) == before)
        try await expectAnswer(node, port, trusting: file)
      }
    }

    private func expectAnswer(_ node: TandemNode, _ port: Int, trusting file: URL) async throws {
      let request =
        "OPTIONS sip:example.test SIP/2.0\r\n"
        + "Via: SIP/2.0/TLS 127.0.0.1:4444;branch=z9hG4bKabc;rport\r\n"
        + "From: <sip:a@example.test>;tag=1\r\nTo: <sip:example.test>\r\nCall-ID: x\r\n"
        + "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
      let input = node.folder.appending(path: "options")
      try Data(request.utf8).write(to: input)
      let child = try ChildProcess(
        "/bin/sh",
        [
          "-c",
          "(cat \(input.path); sleep 1) | timeout 4 openssl s_client -quiet -no_ign_eof -verify_return_error "
            + "-verify_ip 127.0.0.1 -CAfile \(file.path) -connect 127.0.0.1:\(port)",
        ], folder: node.folder, name: "openssl-\(UUID().uuidString.prefix(4))")
      let isAnswered = try await eventually(within: .seconds(5)) {
        child.output.contains("SIP/2.0 200 OK")
      }
      #expect(isAnswered, "\(child.output)\n\(child.errors)")
      _ = try await child.exitStatus(within: .seconds(3))
      await child.stop(patience: .seconds(1))
    }

    @Test("A certificate that is no good is told by file and line, and nothing starts with it")
    func badCertificate() async throws {
      var configuration = NodeConfiguration()
      configuration.tlsPort = Ports.one()
      configuration.sip = ["tls: {certificate: bad.pem}"]
      try await withNode(configuration, starting: false) { node in
        let file = node.folder.appending(path: "bad.pem")
        try Data("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
          .write(to: file)
        let check = try await node.command("check")
        #expect(check.status == 2)
        #expect(check.errors.contains("\(file.path):1: this certificate cannot be read"))
      }
    }
  }
}

extension NetworkNamespace {
  /// Namespaces by their numbers, for the length of a test.
  static func with(
    _ numbers: [Int], folder: URL, _ body: ([NetworkNamespace]) async throws -> Void
  ) async throws {
    var made: [NetworkNamespace] = []
    do {
      for number in numbers { made.append(try await NetworkNamespace(number, folder: folder)) }
      try await body(made)
    } catch {
      for namespace in made { await namespace.remove(folder: folder) }
      throw error
    }
    for namespace in made { await namespace.remove(folder: folder) }
  }
}
