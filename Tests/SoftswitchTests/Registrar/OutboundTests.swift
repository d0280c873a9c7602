import Addressing
import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("Outbound and instances (RFC 5626)")
struct OutboundTests {
  private static let instance = "+sip.instance=\"<urn:uuid:1-2>\""
  private static let other = "+sip.instance=\"<urn:uuid:3-4>\""
  private static let supported = "Supported: path, outbound"

  /// Registers over the connections of a phone, or over UDP.
  private struct Registration {
    var fixture: RegistrarFixture
    private var cseq = 0

    init(_ change: (inout RegistrarPolicy) -> Void = { _ in }) {
      fixture = RegistrarFixture(change)
    }

    @discardableResult
    mutating func register(
      _ lines: String..., callID: String = "c1", from remote: String = "192.0.2.4:40000",
      over transport: TransportProtocol = .tcp, connection: UInt64? = 1
    ) throws -> RegisterAnswer {
      cseq += 1
      let decision = fixture.registrar.decide(
        try RegistrarFixture.message(lines, callID: callID, cseq: cseq), to: fixture.bob,
        over: try RegistrarFixture.flow(
          remote, transport, connection: transport == .tcp ? connection : nil),
        now: RegistrarFixture.now(cseq))
      for event in decision.events { fixture.registrar.apply(event) }
      return decision.answer
    }

    var bindings: [Binding] {
      fixture.registrar.bindings(for: fixture.bob, at: RegistrarFixture.now(cseq).wall)
    }

    var forks: [[Fork]] {
      fixture.registrar.forks(for: fixture.bob, at: RegistrarFixture.now(cseq).wall)
    }
  }

  @Test("A flow is granted with Require: outbound and a Flow-Timer (§6)")
  func grants() throws {
    var phone = Registration { $0.flowTimer = .seconds(90) }
    let answer = try phone.register(
      "Contact: <sip:b@10.0.0.4;ob>;reg-id=1;\(Self.instance)", Self.supported)
    #expect(answer.status == 200)
    #expect(answer.values(.require) == ["outbound"])
    #expect(answer.values(.flowTimer) == ["90"])
    #expect(
      answer.contacts == ["<sip:b@10.0.0.4;ob>;expires=3600;\(Self.instance);reg-id=1"])
  }

  @Test("A phone that comes again over a new connection has one binding, at the new one")
  func replaces() throws {
    var phone = Registration()
    try phone.register("Contact: <sip:b@10.0.0.4:1>;reg-id=1;\(Self.instance)", Self.supported)
    try phone.register(
      "Contact: <sip:b@10.0.0.9:2>;reg-id=1;\(Self.instance)", Self.supported, callID: "c2",
      from: "192.0.2.5:41000", connection: 2)
    #expect(phone.bindings.map(\.contact) == ["sip:b@10.0.0.9:2"])
    #expect(phone.bindings.map(\.flow.connection) == [ConnectionID(2)])
    #expect(phone.fixture.registrar.count == 1)
  }

  @Test("Two flows of a phone share a contact, and one of them is tried at a time (§7)")
  func flows() throws {
    var phone = Registration()
    let contact = "Contact: <sip:b@10.0.0.4;ob>"
    try phone.register("\(contact);reg-id=1;\(Self.instance)", Self.supported)
    try phone.register(
      "\(contact);reg-id=2;\(Self.instance)", Self.supported, callID: "c2", connection: 2)
    #expect(phone.bindings.count == 2)
    let groups = phone.forks
    try #require(groups.count == 1 && groups[0].count == 1)
    #expect(groups[0][0].binding.regID == 2)
    #expect(groups[0][0].spares.map(\.regID) == [1])
    try phone.register("\(contact);reg-id=2;\(Self.instance);expires=0", callID: "c2")
    #expect(phone.bindings.map(\.regID) == [1])
  }

  @Test("Two phones in private networks share contact and reg-id, and are two")
  func twoPhones() throws {
    var phone = Registration()
    let contact = "Contact: <sip:b@10.0.0.4;ob>"
    try phone.register("\(contact);reg-id=1;\(Self.instance)", Self.supported)
    try phone.register("\(contact);reg-id=1;\(Self.other)", Self.supported, callID: "c2")
    #expect(phone.bindings.count == 2)
    #expect(phone.forks.map(\.count) == [2])
  }

  @Test("An overtaken request of a flow is refused, whatever contact it names (§10.3 step 7)")
  func overtaken() throws {
    let fixture = try {
      var fixture = RegistrarFixture()
      for event in try decision(fixture, "sip:b@10.0.0.9", cseq: 5).events {
        fixture.registrar.apply(event)
      }
      return fixture
    }()
    #expect(try decision(fixture, "sip:b@10.0.0.4", cseq: 4).answer.status == 500)
    #expect(try decision(fixture, "sip:b@10.0.0.9", cseq: 5).events.isEmpty)
  }

  private func decision(
    _ fixture: RegistrarFixture, _ contact: String, cseq: Int
  ) throws -> RegisterDecision {
    let lines = ["Contact: <\(contact)>;reg-id=1;\(Self.instance)", Self.supported]
    return fixture.registrar.decide(
      try RegistrarFixture.message(lines, callID: "c1", cseq: cseq), to: fixture.bob,
      over: try RegistrarFixture.flow("192.0.2.4:4000", .tcp, connection: 1),
      now: RegistrarFixture.now(0))
  }

  @Test("More than one new flow in a request is refused (§6)")
  func oneFlow() throws {
    var phone = Registration()
    let answer = try phone.register(
      "Contact: <sip:b@10.0.0.4>;reg-id=1;\(Self.instance)",
      "Contact: <sip:b@10.0.0.5>;\(Self.instance)", Self.supported)
    #expect(answer.status == 400)
    #expect(phone.bindings.isEmpty)
  }

  @Test(
    "A reg-id that is none, or has no instance, is ignored, and nothing is required (§6, §10)",
    arguments: ["reg-id=0", "reg-id=2147483648", "reg-id=+1", "reg-id=x", "reg-id"])
  func ignored(_ regID: String) throws {
    var phone = Registration()
    let answer = try phone.register(
      "Contact: <sip:b@10.0.0.4>;\(regID);\(Self.instance)", Self.supported)
    #expect(answer.status == 200)
    #expect(answer.values(.require).isEmpty)
    #expect(phone.bindings.map(\.regID) == [nil])
  }

  @Test("Without an instance a reg-id means nothing (§6)")
  func nameless() throws {
    var phone = Registration()
    let answer = try phone.register("Contact: <sip:b@10.0.0.4>;reg-id=1", Self.supported)
    #expect(answer.values(.require).isEmpty)
    #expect(answer.contacts == ["<sip:b@10.0.0.4>;expires=3600"])
  }

  @Test("Over UDP the keep-alive of outbound is not answered, so outbound is not granted")
  func datagrams() throws {
    var phone = Registration()
    let answer = try phone.register(
      "Contact: <sip:b@10.0.0.4>;reg-id=1;\(Self.instance)", Self.supported, over: .udp)
    #expect(answer.status == 200)
    #expect(answer.values(.require).isEmpty)
    #expect(answer.values(.flowTimer).isEmpty)
  }

  @Test(
    "Behind a proxy without outbound the phone is told, if it asked (§6, §11.6)",
    arguments: [
      ("Supported: path, outbound", "Path: <sip:p1.example;lr>", 439),
      ("Supported: path", "Path: <sip:p1.example;lr>", 200),
      ("Supported: outbound", "Subject: none", 439),
      ("Supported: path, outbound", "Path: <sip:p1.example;lr;ob>", 200),
    ])
  func firstHop(_ supported: String, _ path: String, _ status: Int) throws {
    var phone = Registration()
    let answer = try phone.register(
      "Via: SIP/2.0/TCP 192.0.2.77;branch=z9hG4bK9",
      "Contact: <sip:b@10.0.0.4>;reg-id=1;\(Self.instance)",
      supported, path)
    #expect(answer.status == status)
    let isOutbound = path.contains("ob>")
    #expect(answer.values(.require) == (isOutbound ? ["outbound"] : []))
    // The flow is the proxy's to watch (§5.4).
    #expect(answer.values(.flowTimer).isEmpty)
  }

  @Test("An instance alone is replaced where the policy says so, and not by another phone")
  func instanceAlone() throws {
    for (rule, expected) in [
      (RegistrarPolicy.ReplacementRule.instance, ["sip:c@10.0.0.4:3", "sip:b@10.0.0.4:2"]),
      (.contact, ["sip:b@10.0.0.4:1", "sip:c@10.0.0.4:3", "sip:b@10.0.0.4:2"]),
    ] {
      var phone = Registration { $0.replacement = rule }
      try phone.register("Contact: <sip:b@10.0.0.4:1>;\(Self.instance)", over: .udp)
      try phone.register(
        "Contact: <sip:c@10.0.0.4:3>;\(Self.other)", callID: "c2", over: .udp)
      try phone.register(
        "Contact: <sip:b@10.0.0.4:2>;\(Self.instance)", callID: "c3", over: .udp)
      #expect(Set(phone.bindings.map(\.contact)) == Set(expected), "\(rule)")
      // However many contacts: one at a time for each phone.
      #expect(phone.forks.map(\.count) == [2])
    }
  }

  @Test("Several contacts of one phone in one request stand beside each other")
  func together() throws {
    var phone = Registration()
    for _ in 0..<2 {
      let answer = try phone.register(
        "Contact: <sip:b@10.0.0.4>;\(Self.instance), <sip:b@10.0.0.5>;\(Self.instance)",
        over: .udp)
      #expect(answer.contacts.count == 2)
    }
    #expect(phone.bindings.map(\.contact) == ["sip:b@10.0.0.4", "sip:b@10.0.0.5"])
  }

  @Test("A phone that begins to do outbound leaves no binding of before behind")
  func begins() throws {
    var phone = Registration { $0.replacement = .contact }
    try phone.register("Contact: <sip:b@10.0.0.4>;\(Self.instance)")
    try phone.register(
      "Contact: <sip:b@10.0.0.4>;reg-id=1;\(Self.instance)", Self.supported, callID: "c2")
    #expect(phone.bindings.map(\.regID) == [1])
    try phone.register("Contact: <sip:b@10.0.0.4>;expires=0", callID: "c3")
    #expect(phone.bindings.isEmpty)
  }
}
