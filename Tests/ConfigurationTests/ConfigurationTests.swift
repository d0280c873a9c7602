import Addressing
import Foundation
import Testing

@testable import TandemServer

@Suite("Reading a good configuration")
struct ConfigurationTests {
  @Test("The sample of the documentation is understood whole")
  func sampleIsRead() throws {
    let configuration = try readConfiguration(sample, file: "/etc/tandem.yaml")
    var expected = Configuration()
    expected.node = Configuration.Node(name: "a1", region: "local", zone: "a")
    expected.store = .sqlite(path: "/var/lib/tandem/tandem.db")
    let loopback = IPAddress.v4(0x7F00_0001)
    expected.sip.listen = [
      ListenAddress(transport: .udp, bound: IPEndpoint(loopback, 5060)),
      ListenAddress(transport: .tcp, bound: IPEndpoint(loopback, 5060)),
    ]
    expected.sip.trusted = [try #require(IPNetwork("127.0.0.77/32"))]
    expected.media.address = loopback
    expected.media.ports = 20_000...20_999
    expected.http = Configuration.HTTP(listen: IPEndpoint(loopback, 8080))
    expected.domains = [
      Configuration.Domain(
        name: "example.test",
        subscribers: [
          .init(user: "alice", credential: .password(Secret("secret1"))),
          .init(
            user: "bob", number: "+15550002", credential: .password(Secret("secret2"))),
        ])
    ]
    #expect(configuration == expected)
  }

  @Test("What is left out has its default")
  func defaults() throws {
    let configuration = try readConfiguration(
      """
      store: sqlite:/t.db
      sip: {listen: [udp:10.0.0.1:5060]}
      media: {address: 10.0.0.1}
      domains: [{name: EXAMPLE.test}]
      """, file: "t.yaml")
    #expect(configuration.node == Configuration.Node(name: "tandem", region: "local", zone: "a"))
    #expect(configuration.http == nil)
    #expect(configuration.sip.timers == Configuration.Timers())
    #expect(configuration.sip.ringTimeout == .seconds(180))
    #expect(configuration.media.anchor == .always)
    #expect(configuration.media.inactivity == .seconds(60))
    #expect(configuration.services.echo == ["9196", "*43"])
    #expect(configuration.log.level == .info)
    #expect(configuration.domains == [Configuration.Domain(name: "example.test")])
  }

  @Test("Every key can be given")
  func everyKey() throws {
    let configuration = try readConfiguration(
      """
      node: {name: n-1, region: eu, zone: b}
      store: sqlite:/t.db
      sip:
        listen: [udp:10.0.0.1:5060]
        trusted: [10.0.0.0/8, "2001:db8::/32", 192.0.2.7]
        digest: [SHA-256, MD5]
        timers: {t1: 100ms, t2: 1s, t4: 2s}
        ringTimeout: 5s
        userAgent: My PBX 1.0
        tls: {certificate: tls.pem, key: /k.pem, authorities: ca/all.pem, verifyServers: false,
              requireClientCertificate: true, minimumVersion: 1.3}
      media: {address: 10.0.0.1, advertise: 203.0.113.9, address6: "2001:db8::5",
              advertise6: "2001:db8::9", ports: 1024-1028, anchor: nat,
              inactivity: 5m, quarantine: 500ms, threads: 2}
      registrar: {minimumExpires: 1s, maximumExpires: 1d, defaultExpires: 2h, maximumBindings: 1}
      limits: {calls: 1, registrations: 2, connections: 3, messageBytes: 2000,
               pendingWrites: 500, nonces: 6000}
      services: {echo: []}
      log: {level: trace}
      domains:
        - name: a.test
          subscribers:
            - user: alice
              ha1: {MD5: 0123456789ABCDEF0123456789abcdef}
      """, file: "t.yaml")
    #expect(
      configuration.sip.trusted.map(\.description) == [
        "10.0.0.0/8", "2001:db8::/32", "192.0.2.7/32",
      ])
    #expect(configuration.sip.digest == [.sha256, .md5])
    #expect(
      configuration.sip.timers
        == Configuration.Timers(t1: .milliseconds(100), t2: .seconds(1), t4: .seconds(2)))
    #expect(configuration.sip.ringTimeout == .seconds(5))
    #expect(configuration.sip.userAgent == "My PBX 1.0")
    let folder = FileManager.default.currentDirectoryPath
    #expect(
      configuration.sip.tls
        == Configuration.TLS(
          certificate: folder + "/tls.pem", key: "/k.pem", authorities: folder + "/ca/all.pem",
          verifyServers: false, requireClientCertificate: true, minimumVersion: .v1_3))
    #expect(
      configuration.media
        == Configuration.Media(
          address: .v4(0x0A00_0001), advertise: .v4(0xCB00_7109),
          address6: IPAddress("2001:db8::5"), advertise6: IPAddress("2001:db8::9"),
          ports: 1024...1027,
          anchor: .nat, inactivity: .seconds(300), quarantine: .milliseconds(500), threads: 2))
    #expect(
      configuration.registrar
        == Configuration.Registrar(
          minimumExpires: .seconds(1), maximumExpires: .seconds(86_400),
          defaultExpires: .seconds(7200), maximumBindings: 1))
    #expect(
      configuration.limits
        == Configuration.Limits(
          calls: 1, registrations: 2, connections: 3, messageBytes: 2000, pendingWrites: 500,
          nonces: 6000))
    #expect(configuration.services.echo.isEmpty)
    #expect(configuration.log.level == .trace)
    #expect(
      configuration.domains[0].subscribers[0].credential
        == .hashes(
          Configuration.HashedPassword(md5: Secret("0123456789abcdef0123456789abcdef"))))
  }

  @Test(
    "Listeners have a short and a long form",
    arguments: [
      ("udp:10.0.0.5:5060", "udp:10.0.0.5:5060"),
      ("udp:10.0.0.5:5060/203.0.113.9", "udp:10.0.0.5:5060/203.0.113.9:5060"),
      ("udp:0.0.0.0:5062/203.0.113.9:5060", "udp:0.0.0.0:5062/203.0.113.9:5060"),
      ("tls:10.0.0.5:5061/203.0.113.9", "tls:10.0.0.5:5061/203.0.113.9:5061"),
      ("tcp:[2001:db8::5]:5060", "tcp:[2001:db8::5]:5060"),
      ("'udp:[::]:5060/[2001:db8::5]:5070'", "udp:[::]:5060/[2001:db8::5]:5070"),
      ("'udp:[::]:5060/2001:db8::5'", "udp:[::]:5060/[2001:db8::5]:5060"),
      ("{address: udp:10.0.0.5:5060}", "udp:10.0.0.5:5060"),
      (
        "{address: udp:10.0.0.5:5060, advertise: 203.0.113.9}",
        "udp:10.0.0.5:5060/203.0.113.9:5060"
      ),
      (
        "{address: tcp:10.0.0.5:5060, advertise: 203.0.113.9:5080}",
        "tcp:10.0.0.5:5060/203.0.113.9:5080"
      ),
    ])
  func listeners(_ written: String, meaning: String) throws {
    let text = sample.replacingOccurrences(
      of: "[udp:127.0.0.1:5060, tcp:127.0.0.1:5060]", with: "\n    - \(written)")
    let configuration = try readConfiguration(text, file: "t.yaml")
    #expect(configuration.sip.listen.map(\.description) == [meaning])
  }

  @Test(
    "A store's path may be relative to the folder of the file",
    arguments: [
      ("sqlite:/a/b.db", "/etc/t.yaml", "/a/b.db"), ("sqlite:///a/b.db", "/etc/t.yaml", "/a/b.db"),
      ("sqlite:b.db", "/etc/t.yaml", "/etc/b.db"),
      ("sqlite:data/b.db", "/etc/t.yaml", "/etc/data/b.db"),
      ("sqlite:b.db", "t.yaml", "\(FileManager.default.currentDirectoryPath)/b.db"),
      ("sqlite:b.db", "sub/t.yaml", "\(FileManager.default.currentDirectoryPath)/sub/b.db"),
    ])
  func store(_ written: String, file: String, path: String) throws {
    let text = sample.replacingOccurrences(
      of: "sqlite:/var/lib/tandem/tandem.db", with: written)
    #expect(try readConfiguration(text, file: file).store == .sqlite(path: path))
  }

  @Test("Plain words that YAML could take for something else are what was written")
  func plainWords() throws {
    let text = sample.replacingOccurrences(of: "secret1", with: "0123")
      .replacingOccurrences(of: "secret2", with: "yes")
      .replacingOccurrences(of: "\"+15550002\"", with: "+15550002")
    let subscribers = try readConfiguration(text, file: "t.yaml").domains[0].subscribers
    #expect(subscribers[0].credential == .password(Secret("0123")))
    #expect(subscribers[1].credential == .password(Secret("yes")))
    #expect(subscribers[1].number == "+15550002")
  }

  @Test("Passwords never show")
  func secrets() throws {
    let configuration = try readConfiguration(sample, file: "t.yaml")
    var dumped = ""
    dump(configuration, to: &dumped)
    for text in ["\(configuration)", String(reflecting: configuration), dumped] {
      #expect(text.contains("alice"))
      #expect(!text.contains("secret1"))
    }
  }

  @Test("Twenty thousand subscribers are read", .timeLimit(.minutes(2)))
  func many() throws {
    let lines = (0..<20_000).map { "      - {user: u\($0), password: secret\($0)}" }
    let text = sample + "\n" + lines.joined(separator: "\n")
    let configuration = try readConfiguration(text, file: "t.yaml")
    #expect(configuration.domains[0].subscribers.count == 20_002)
  }
}
