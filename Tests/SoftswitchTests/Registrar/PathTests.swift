import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("Path (RFC 3327)")
struct PathTests {
  private static let contact = "Contact: <sip:b@192.0.2.4>"

  @Test("A Path is kept in order and returned in the 200 (§5.3)")
  func kept() throws {
    var fixture = RegistrarFixture()
    let answer = try fixture.register(
      Self.contact, "Path: <sip:p3.example;lr>, <sip:p2.example;lr>",
      "Path: <sip:p1.example;lr>;x=1", "Supported: path")
    let hops = ["<sip:p3.example;lr>", "<sip:p2.example;lr>", "<sip:p1.example;lr>;x=1"]
    #expect(answer.status == 200)
    #expect(answer.values(.path) == hops)
    #expect(answer.values(.supported) == ["path, outbound"])
    let bindings = fixture.registrar.bindings(for: fixture.bob, at: RegistrarFixture.now(0).wall)
    #expect(bindings.map(\.path) == [hops])
    // The next one without a Path ends it.
    try fixture.register(Self.contact, cseq: 2)
    #expect(
      fixture.registrar.bindings(for: fixture.bob, at: RegistrarFixture.now(0).wall)
        .map(\.path) == [[]])
  }

  @Test(
    "A Path that the phone knows nothing of is refused or taken, as the policy says (§5.3)",
    arguments: [
      (RegistrarPolicy.PathRule.supported, "Supported: PATH", 200),
      (.supported, "Supported: timer", 420), (.always, "Supported: timer", 200),
      (.never, "Supported: path", 420),
    ])
  func policy(_ rule: RegistrarPolicy.PathRule, _ supported: String, _ status: Int) throws {
    let fixture = RegistrarFixture { $0.path = rule }
    let decision = try fixture.decide(Self.contact, supported, "Path: <sip:p1.example;lr>")
    #expect(decision.answer.status == status)
    #expect(decision.answer.values(.unsupported) == (status == 420 ? ["path"] : []))
    #expect(decision.events.isEmpty == (status == 420))
  }

  @Test(
    "A Path that cannot be a route is refused",
    arguments: [
      "<sips:p1.example;lr>", "<tel:+15550001>", "p1", "<sip:>", "",
      Array(repeating: "<sip:p1.example;lr>", count: 9).joined(separator: ", "),
      "<sip:\(String(repeating: "p", count: 1100));lr>",
    ])
  func unusable(_ path: String) throws {
    let decision = try RegistrarFixture().decide(Self.contact, "Supported: path", "Path: \(path)")
    #expect(decision.answer.status == 400, "\(path.prefix(40))")
  }
}
