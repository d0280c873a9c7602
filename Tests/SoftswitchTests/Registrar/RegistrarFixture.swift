import Addressing
import Machines
import SIP
import Testing

@testable import Softswitch

/// A registrar with one subscriber in mind, and a way to send it REGISTERs.
struct RegistrarFixture {
  var registrar: Registrar
  let bob = AddressOfRecord(user: "bob", domain: "example.test")

  init(_ change: (inout RegistrarPolicy) -> Void = { _ in }) {
    var policy = RegistrarPolicy()
    change(&policy)
    registrar = Registrar(policy: policy)
  }

  static func now(_ seconds: Int) -> Now {
    let nanoseconds = (1_800_000_000 + Int64(seconds)) * 1_000_000_000
    return Now(
      steady: Instant(nanoseconds: nanoseconds), wall: WallTime(nanoseconds: nanoseconds))
  }

  static func flow(
    _ remote: String = "192.0.2.4:5060", _ transport: TransportProtocol = .udp,
    connection: UInt64? = nil
  ) throws -> BindingFlow {
    BindingFlow(
      transport: transport, remote: try #require(IPEndpoint(remote)), listener: "udp:local",
      connection: connection.map { ConnectionID($0) })
  }

  static func message(_ lines: [String], callID: String, cseq: Int) throws -> SIPMessage {
    let text =
      [
        "REGISTER sip:example.test SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.4:5060;branch=z9hG4bK1",
        "From: <sip:bob@example.test>;tag=1", "To: <sip:bob@example.test>",
        "Call-ID: \(callID)", "CSeq: \(cseq) REGISTER", "Max-Forwards: 70",
      ] + lines + ["Content-Length: 0", "", ""]
    return try SIPMessage(Array(text.joined(separator: "\r\n").utf8))
  }

  /// What the registrar decides about a REGISTER with these header lines.
  func decide(
    _ lines: String..., callID: String = "c1", cseq: Int = 1, at seconds: Int = 0,
    to aor: AddressOfRecord? = nil, isRetransmission: Bool = false
  ) throws -> RegisterDecision {
    registrar.decide(
      try Self.message(lines, callID: callID, cseq: cseq), to: aor ?? bob, over: try Self.flow(),
      isRetransmission: isRetransmission, now: Self.now(seconds))
  }

  /// Decides and, as the service does once the events are on record, applies.
  @discardableResult
  mutating func register(
    _ lines: String..., callID: String = "c1", cseq: Int = 1, at seconds: Int = 0,
    to aor: AddressOfRecord? = nil
  ) throws -> RegisterAnswer {
    let decision = registrar.decide(
      try Self.message(lines, callID: callID, cseq: cseq), to: aor ?? bob, over: try Self.flow(),
      now: Self.now(seconds))
    for event in decision.events { registrar.apply(event) }
    return decision.answer
  }

  func contacts(at seconds: Int = 0) -> [String] {
    registrar.bindings(for: bob, at: Self.now(seconds).wall).map(\.contact)
  }
}

extension RegisterAnswer {
  func values(_ name: HeaderName) -> [String] {
    headers.filter { $0.name == name }.map(\.value)
  }

  var contacts: [String] { values(.contact) }
}
