import CallControl
import SIP
import Testing

@testable import Softswitch

@Suite("Do not disturb, limits and permissions")
struct LimitTests {
  @Test("A subscriber who is not to be disturbed: 480, or where calls go when it is busy")
  func doNotDisturb() throws {
    let quiet = try RoutingBench(["bob": SubscriberSettings(doNotDisturb: true)])
    let sent = quiet.bench.send(quiet.trunk.invite("bob"))
    #expect(sent.summary == ["100", "480"])
    #expect(try sent.response(480).reasonPhrase == "Do Not Disturb")
    var settings = SubscriberSettings.forwarding(busy: "carol")
    settings.doNotDisturb = true
    let forwarding = try RoutingBench(["bob": settings])
    let next = forwarding.bench.send(forwarding.trunk.invite("bob"))
    #expect(forwarding.offered(next) == ["carol"])
    #expect(
      try next.request(.invite).message.firstValue(HeaderName("Diversion"))?
        .contains("reason=do-not-disturb") == true)
  }

  @Test("Calls in both directions count, forked ones once, and those from before a restart too")
  func limit() throws {
    let world = try RoutingBench(["bob": SubscriberSettings(maximumCalls: 1)])
    try world.bench.bob2(world).register()
    let first = world.bench.send(world.trunk.invite("bob"))
    #expect(first.summary == ["100", "INVITE", "INVITE"], "both phones are one call")
    world["bob"].respond(200, to: first[1])
    try world.bench.restart()
    #expect(world.bench.send(world.trunk.invite("bob")).finalStatus == 486)
    let own = try world["bob"].sendWithDigest(world["bob"].invite("carol")).sent
    #expect(own.finalStatus == 403)
    #expect(try own.response(403).reasonPhrase == "Too Many Calls")
    world.bench.hangUpAll()
    let free = try world["bob"].sendWithDigest(world["bob"].invite("carol")).sent
    #expect(world.offered(free) == ["carol"])
    #expect(world.bench.send(world.trunk.invite("bob")).finalStatus == 486)
    world.bench.hangUpAll()
    world.bench.advance(by: 300_000)
    #expect(world.bench.exchange.usage.calls(of: "bob@example.test") == 0)
    #expect(world.bench.exchange.usage.calls(of: "carol@example.test") == 0)
  }

  @Test("What a subscriber may not call gets 403, and the record says so")
  func permissions() throws {
    let world = try RoutingBench([
      "alice": SubscriberSettings(mayCall: [.services]),
      "bob": SubscriberSettings(mayCall: [.internal]),
    ])
    let refused = try world["alice"].sendWithDigest(world["alice"].invite("bob")).sent
    #expect(try refused.response(403).reasonPhrase == "Not Permitted")
    #expect(world.bench.world.records.map(\.causeText) == ["Not Permitted"])
    let echo = try world["alice"].sendWithDigest(world["alice"].invite("*43")).sent
    #expect(echo.finalStatus == 200)
    let service = try world["bob"].sendWithDigest(world["bob"].invite("*43")).sent
    #expect(service.finalStatus == 403)
    let inside = try world["bob"].sendWithDigest(world["bob"].invite("dave")).sent
    #expect(world.offered(inside) == ["dave"])
  }

  @Test("Nobody forwards to where it may not call")
  func forwardedBeyond() throws {
    var settings = SubscriberSettings.forwarding(always: "*43")
    settings.mayCall = [.internal]
    let world = try RoutingBench(["bob": settings])
    #expect(world.bench.send(world.trunk.invite("bob")).summary == ["100", "480"])
  }

  @Test(
    "The longest prefix decides; without one, what the number is",
    arguments: [
      ("+4930123", DialRule.Kind.external, true), ("4930123", .external, true),
      ("+49900123", .external, false), ("49900123", .external, false),
      ("+1555", .external, false), ("bob", .internal, true), ("*43", .service, false),
      ("900", .internal, false), ("9001", .internal, true),
    ])
  func prefixes(_ number: String, _ kind: DialRule.Kind, _ isAllowed: Bool) throws {
    let texts = ["internal", "+49", "!+49900", "!900", "9001"]
    let rules = texts.compactMap { DialRule($0) }
    #expect(rules.map(\.text) == texts)
    #expect(rules.permit(number, kind) == isAllowed)
  }

  @Test("What is no rule", arguments: ["", "!", "+49 30", "sip:x", "!internal "])
  func malformed(_ text: String) {
    #expect(DialRule(text) == nil)
  }
}

extension ExchangeBench {
  fileprivate func bob2(_ world: RoutingBench) throws -> BenchPhone {
    try BenchPhone(self, "bob", password: "secret", at: "192.0.2.22:5060")
  }
}
