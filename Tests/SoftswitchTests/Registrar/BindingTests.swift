import Addressing
import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("Bindings")
struct BindingTests {
  private func binding(
    _ contact: String, from remote: String, _ transport: TransportProtocol = .udp,
    connection: UInt64? = nil
  ) throws -> Binding {
    Binding(
      contact: contact, expiresAt: RegistrarFixture.now(60).wall, callID: "c", cseq: 1,
      flow: try RegistrarFixture.flow(remote, transport, connection: connection),
      registeredAt: RegistrarFixture.now(0).wall)
  }

  @Test(
    "A contact's address that is not where the REGISTER came from is behind a NAT",
    arguments: [
      ("sip:bob@192.0.2.4:5070", "192.0.2.4:5060", false),
      ("sip:bob@10.0.0.5:5070", "192.0.2.4:40000", true),
      ("sip:bob@[2001:db8::5]", "[2001:db8::5]:5060", false),
      ("sip:bob@[2001:DB8:0::5]", "[2001:db8::5]:5060", false),
      ("sip:bob@phone.example.test", "192.0.2.4:5060", false),
      ("sip:bob@0.0.0.0", "192.0.2.4:5060", true),
    ])
  func behindNAT(_ contact: String, _ remote: String, _ isBehind: Bool) throws {
    #expect(try binding(contact, from: remote).isBehindNAT == isBehind)
  }

  @Test(
    "Requests go to the contact, or to where the REGISTER came from if that is behind a NAT",
    arguments: [
      ("sip:bob@192.0.2.4:5070", TransportProtocol.udp, "udp 192.0.2.4:5070"),
      ("sip:bob@192.0.2.4", .udp, "udp 192.0.2.4:5060"),
      ("sip:bob@192.0.2.4;transport=tcp", .udp, "tcp 192.0.2.4:5060"),
      ("sip:bob@192.0.2.4;transport=TCP", .udp, "tcp 192.0.2.4:5060"),
      ("sip:bob@192.0.2.4:5080", .tcp, "tcp 192.0.2.4:5080"),
      ("sip:bob@10.0.0.5:5070", .udp, "udp 192.0.2.4:40000"),
      ("sip:bob@10.0.0.5;transport=tcp", .udp, "udp 192.0.2.4:40000"),
      ("sip:bob@192.0.2.4;transport=ws", .udp, "udp 192.0.2.4:40000"),
      ("sip:bob@df7jal23ls0d.invalid;transport=tcp", .tcp, "tcp 192.0.2.4:40000"),
    ])
  func destination(_ contact: String, _ transport: TransportProtocol, _ target: String) throws {
    let binding = try binding(contact, from: "192.0.2.4:40000", transport)
    guard case .endpoint(let transport, let endpoint) = binding.destination else {
      Issue.record("not an endpoint: \(binding.destination)")
      return
    }
    #expect("\(transport.rawValue) \(endpoint)" == target)
  }

  @Test("A phone on a connection is reached through it, and a name is left to the resolver")
  func otherDestinations() throws {
    let remote = try #require(IPEndpoint("192.0.2.4:40000"))
    let connected = try binding(
      "sip:bob@10.0.0.5", from: "192.0.2.4:40000", .tcp, connection: 3)
    #expect(connected.destination == .connection(ConnectionID(3), remote))
    let named = try binding("sip:bob@phone.example.test", from: "192.0.2.4:40000")
    #expect(named.destination == .host(ServerQuery(host: "phone.example.test", transport: .udp)))
  }

  @Test(
    "A contact becomes a Request-URI without the parts that one cannot have (§19.1.1)",
    arguments: [
      ("sip:bob@192.0.2.4:5070;ob;transport=udp", "sip:bob@192.0.2.4:5070;ob;transport=udp"),
      ("sip:bob@192.0.2.4;method=INVITE?Subject=x", "sip:bob@192.0.2.4"),
      ("sip:bob@192.0.2.4?Replaces=1", "sip:bob@192.0.2.4"),
    ])
  func requestURI(_ contact: String, _ target: String) throws {
    #expect(try binding(contact, from: "192.0.2.4:5060").requestURI == target)
  }

  @Test("A call tries the bindings in groups of falling q, oldest first in each (§16.6)")
  func forks() throws {
    var fixture = RegistrarFixture()
    try fixture.register(
      "Contact: <sip:low@192.0.2.4>;q=0.2, <sip:one@192.0.2.4>, <sip:half@192.0.2.4>;q=0.5",
      "Contact: <sip:top@192.0.2.4>;q=1.0, <sip:odd@192.0.2.4>;q=many, <sip:two@192.0.2.4>;q=0.5")
    let groups = fixture.registrar.forks(for: fixture.bob, at: RegistrarFixture.now(0).wall)
    #expect(
      groups.map { $0.compactMap { SIPURI($0.binding.contact)?.user } } == [
        ["one", "top", "odd"], ["half", "two"], ["low"],
      ])
  }

  @Test("The 200 repeats q and the instance (§10.3 step 8, RFC 5626 §4.1)")
  func listing() throws {
    var fixture = RegistrarFixture()
    let answer = try fixture.register(
      "Contact: <sip:a@192.0.2.4>;q=0.25;+sip.instance=\"<urn:uuid:1-2>\";expires=100")
    #expect(
      answer.contacts == [
        "<sip:a@192.0.2.4>;expires=100;q=0.250;+sip.instance=\"<urn:uuid:1-2>\""
      ])
    #expect(NameAddress(answer.contacts[0])?.q == 0.25)
  }

  @Test("An instance that would not fit between quotes is not kept")
  func badInstance() throws {
    var fixture = RegistrarFixture()
    let answer = try fixture.register(
      "Contact: <sip:a@192.0.2.4>;+sip.instance=\"a\\\"b\";expires=100")
    #expect(answer.contacts == ["<sip:a@192.0.2.4>;expires=100"])
  }

  @Test("After a restart the live bindings are back, without their connections")
  func restored() throws {
    let bob = AddressOfRecord(user: "bob", domain: "example.test")
    var old = try binding("sip:old@192.0.2.4", from: "192.0.2.4:5060")
    old.expiresAt = RegistrarFixture.now(5).wall
    let live = try binding("sip:bob@192.0.2.4", from: "192.0.2.4:5060", .tcp, connection: 3)
    let registrar = Registrar(
      restoring: [(bob, old), (bob, live)], at: RegistrarFixture.now(10).wall)
    let restored = registrar.bindings(for: bob, at: RegistrarFixture.now(10).wall)
    #expect(restored.map(\.contact) == ["sip:bob@192.0.2.4"])
    #expect(restored.first?.flow.connection == nil)
    #expect(registrar.count == 1)
    #expect(registrar.nextDeadline(now: RegistrarFixture.now(10)) != nil)
  }

  @Test(
    "A date is written as §20.17 has it",
    arguments: [
      (1_289_690_940, "Sat, 13 Nov 2010 23:29:00 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (1_709_208_000, "Thu, 29 Feb 2024 12:00:00 GMT"),
    ])
  func date(_ seconds: Int64, _ text: String) {
    #expect(WallTime(nanoseconds: seconds * 1_000_000_000).sipDate == text)
  }
}
