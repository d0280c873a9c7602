import Foundation
import Testing

extension IntegrationTests {
  @Suite("Servers behind a name, with a real DNS server")
  struct NamedServerTests {
    /// bob is at `pbx.example.net`, whose first server is dead.
    private struct Setting {
      let first = Ports.one()
      let second = Ports.one()
      let dns = Ports.one()

      var records: [String] {
        [
          "srv-host=_sip._udp.pbx.example.net,one.example.net,\(first),0,5",
          "srv-host=_sip._udp.pbx.example.net,two.example.net,\(second),10,5",
          "host-record=one.example.net,127.0.0.1", "host-record=host.example.net,127.0.0.1",
          "cname=two.example.net,host.example.net",
        ]
      }

      func nameServer(folder: URL) async throws -> NameServer {
        let server = try NameServer(records, port: dns, folder: folder)
        try await server.start()
        return server
      }

      var configuration: NodeConfiguration {
        var configuration = NodeConfiguration()
        configuration.dns = [
          "servers: [\"127.0.0.1:\(dns)\"]", "patience: 1s", "pause: 2s", "timeout: 200ms",
        ]
        return configuration
      }
    }

    private func call(_ node: TandemNode) async throws -> Duration {
      var caller = SIPp(scenario: "caller", values: ["hold": "50"])
      caller.address = NodeConfiguration.trustedAddress
      let begin = ContinuousClock.now
      try await node.sipp(caller).finish()
      return ContinuousClock.now - begin
    }

    private func register(_ node: TandemNode, at host: String) async throws {
      try await node.sipp(
        node.registering(
          .bob, at: 0, scenario: "register-named", values: ["contact_host": host])
      ).finish()
    }

    @Test("The call goes on with the second server, the next starts there, and the first returns")
    func failover() async throws {
      let setting = Setting()
      try await withNode(setting.configuration) { node in
        let server = try await setting.nameServer(folder: node.folder)
        defer { server.end() }
        try await register(node, at: "pbx.example.net")
        let second = try await node.callee(
          SIPp(scenario: "callee", port: setting.second, calls: 2))
        let slow = try await call(node)
        #expect(slow < .seconds(5), "\(slow)")
        let metrics = try #require(node.fetch("/metrics")?.text)
        #expect(metrics.contains("tandem_servers_failing 1"))
        let quick = try await call(node)
        #expect(quick < .milliseconds(950), "the dead server is not waited for: \(quick)")
        try await second.finish()

        let first = try await node.callee(SIPp(scenario: "callee", port: setting.first))
        try await Task.sleep(for: .seconds(2))
        _ = try await call(node)
        try await first.finish()
        #expect(node.fetch("/metrics")?.text.contains("tandem_servers_failing 0") == true)
      }
    }

    @Test("A name with nothing but an address is reached at the port that the contact says")
    func addressOnly() async throws {
      let setting = Setting()
      try await withNode(setting.configuration) { node in
        let server = try await setting.nameServer(folder: node.folder)
        defer { server.end() }
        try await register(node, at: "two.example.net:\(setting.second)")
        let callee = try await node.callee(SIPp(scenario: "callee", port: setting.second))
        _ = try await call(node)
        try await callee.finish()
      }
    }

    @Test("Where DNS does not answer, the phone is called the way that it came, and soon")
    func silentDNS() async throws {
      let setting = Setting()
      try await withNode(setting.configuration) { node in
        // Whoever registers is called back at the port that it registered from.
        let port = Ports.one()
        var registering = node.registering(
          .bob, at: 0, scenario: "register-named", values: ["contact_host": "pbx.example.net"])
        registering.port = port
        try await node.sipp(registering).finish()
        let callee = try await node.callee(SIPp(scenario: "callee", port: port))
        let took = try await call(node)
        #expect(took < .seconds(4), "\(took)")
        try await callee.finish()
      }
    }
  }
}
