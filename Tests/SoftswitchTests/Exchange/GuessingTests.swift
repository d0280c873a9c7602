import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("Guessed passwords and names")
struct GuessingTests {
  private let bench: ExchangeBench

  init() throws { bench = try ExchangeBench() }

  private func guesser(_ user: String = "alice", at remote: String = "192.0.2.66:5060") throws
    -> BenchPhone
  {
    try BenchPhone(bench, user, password: "wrong", at: remote)
  }

  /// One guess. The challenge before it always comes at once.
  @discardableResult
  private func guess(_ phone: BenchPhone) throws -> [Sent] {
    try phone.sendWithDigest(phone.registration()).sent
  }

  @Test("Guesses are answered at once, then later and later, then refused without a look")
  func guesses() throws {
    let phone = try guesser()
    for _ in 0..<5 { #expect(try guess(phone).summary == ["401 REGISTER"]) }
    #expect(try guess(phone).isEmpty)
    #expect(bench.advance(by: 499).isEmpty)
    #expect(bench.advance(by: 1).summary == ["401 REGISTER"])
    for _ in 6..<15 { #expect(try guess(phone).isEmpty) }
    let refused = try guess(phone)
    #expect(refused.summary == ["503 REGISTER"])
    #expect(try refused.response(503).firstValue(.retryAfter) == "60")
    #expect(bench.advance(by: 8000).count == 9)

    // Even the right password is not looked at from there, and is from elsewhere.
    phone.digest.password = "secret1"
    #expect(try guess(phone).summary == ["503 REGISTER"])
    #expect(try bench.alice().register().statusCode == 200)
    // A moment later the source may try again.
    bench.advance(by: 61_000)
    #expect(try guess(phone).summary == ["200 REGISTER"])
    #expect(bench.exchange.counters.delayedAnswers == 10)
    #expect(bench.exchange.counters.refusedLogins == 2)
    #expect(bench.exchange.counters.failedAuthentications == 15)
  }

  @Test("A retransmission is met with silence while its answer is held, and is no guess")
  func retransmissions() throws {
    let phone = try guesser()
    for _ in 0..<5 { try guess(phone) }
    let (request, sent) = try phone.sendWithDigest(phone.registration())
    #expect(sent.isEmpty)
    for _ in 0..<20 { #expect(bench.send(request).isEmpty) }
    #expect(bench.advance(by: 500).count == 1)
    #expect(bench.exchange.counters.failedAuthentications == 6)
  }

  @Test("Calls are guessed at like registrations, and counted with them")
  func calls() throws {
    let phone = try guesser()
    for _ in 0..<5 { try guess(phone) }
    #expect(try phone.sendWithDigest(phone.invite("bob")).sent.isEmpty)
    #expect(bench.advance(by: 500).summary == ["407"])
    for _ in 6..<15 { try guess(phone) }
    #expect(try phone.sendWithDigest(phone.invite("bob")).sent.summary == ["503"])
  }

  @Test(
    "Whatever asks for a password is guessed at alike: slowed, then refused",
    arguments: [SIPMethod.register, .invite, .message, .subscribe, .publish])
  func methods(_ method: SIPMethod) throws {
    let phone = try guesser()
    func guess() throws -> [Sent] {
      let request =
        switch method {
        case .register: phone.registration()
        case .invite: phone.invite("bob")
        case .message: phone.message("Hello", to: "bob")
        case .subscribe: phone.subscription(to: "bob")
        default: phone.publication("open")
        }
      return try phone.sendWithDigest(request).sent
    }
    for number in 0..<5 {
      let status = try #require(try guess().first, "\(number)").message.statusCode
      #expect([401, 407].contains(status), "\(number)")
    }
    #expect(try guess().isEmpty)
    #expect(bench.advance(by: 499).isEmpty)
    #expect(bench.advance(by: 1).count == 1)
    for _ in 6..<15 { #expect(try guess().isEmpty) }
    let refused = try guess().response(503)
    #expect(refused.firstValue(.retryAfter) == "60")
    #expect(bench.exchange.counters.failedAuthentications == 15)
    // One method's guesses count for the others.
    #expect(try phone.sendWithDigest(phone.registration()).sent.summary == ["503 REGISTER"])
    #expect(try phone.sendWithDigest(phone.message("x", to: "bob")).sent.count == 1)
    #expect(bench.exchange.counters.failedAuthentications == 15)
  }

  @Test("A registered phone is not turned away for what somebody behind its address does")
  func neighbours() throws {
    let alice = try bench.alice()
    try alice.register()
    let neighbour = try guesser(at: "192.0.2.1:6000")
    for _ in 0..<16 { try guess(neighbour) }
    #expect(try guess(neighbour).summary == ["503 REGISTER"])
    #expect(try alice.register().statusCode == 200)
    // One that tries many accounts shuts out those that have no phone there, and no others.
    for number in 0..<75 { try guess(try guesser("nobody\(number)", at: "192.0.2.1:6000")) }
    let carol = try BenchPhone(bench, "carol", password: "secret3", at: "192.0.2.1:7000")
    #expect(try guess(carol).summary == ["503 REGISTER"])
    #expect(try alice.register().statusCode == 200)
  }

  @Test("Held answers have a bound, and beyond it a guess is refused")
  func heldAnswers() throws {
    for number in 0..<101 {
      let phone = try guesser("u\(number)", at: "10.0.0.\(number):5060")
      for _ in 0..<15 { try guess(phone) }
    }
    #expect(bench.exchange.heldAnswers.count == 1000)
    #expect(bench.exchange.counters.refusedLogins == 10)
    bench.advance(by: 10_000)
    #expect(bench.exchange.heldAnswers.count == 0)
  }

  @Test("Known and unknown users get the same bytes, with and without credentials, in both methods")
  func sameBytes() throws {
    let subscribers = (0..<2000).map { Subscriber.bench("u\(1000 + $0)", "p\($0)") }
    let bench = try ExchangeBench(subscribers: subscribers + .bench)
    func answers(_ user: String, _ source: Int) throws -> [Sent] {
      let phone = try BenchPhone(
        bench, user, password: "wrong", at: "10.\(source / 250).\(source % 250).1:5060")
      let requests = [phone.registration()] + (source % 10 == 0 ? [phone.invite("bob")] : [])
      return try requests.flatMap { request in
        let first = bench.send(request)
        return first + (try phone.sendWithDigest(request.again()).sent)
      }
    }
    for number in 0..<2000 {
      let known = try answers("u\(1000 + number)", number)
      let unknown = try answers("v\(1000 + number)", number)
      try #require(known.count == (number % 10 == 0 ? 4 : 2), "\(number)")
      try #require(known.map(lengths) == unknown.map(lengths), "\(number)")
      if number % 100 == 0 { #expect(known.map(shape) == unknown.map(shape)) }
    }
  }

  /// Of each line but To, whose tag is a number.
  private func lengths(_ sent: Sent) -> [Int] {
    sent.bytes.split(separator: 0x0A).filter { !$0.starts(with: "To:".utf8) }.map(\.count)
  }

  /// The text with what differs by request or chance blotted out.
  private func shape(_ sent: Sent) -> String {
    let varying = ["Via", "From", "To", "Call-ID", "CSeq"]
    let lines = String(decoding: sent.bytes, as: UTF8.self).split(separator: "\r\n")
    return lines.map { line in
      if let name = varying.first(where: { line.hasPrefix("\($0):") }) { return name }
      return String(line).replacing(/nonce="[0-9a-f]{48}"/, with: "nonce")
    }.joined(separator: "|")
  }

  @Test("Known and unknown users take the same time")
  func sameTime() throws {
    var authenticator = DigestAuthenticator(key: [UInt8](0..<32), startedAt: bench.now.wall)
    var random = Randomness.seeded(1)
    let directory = try SubscriberDirectory(
      domains: ["example.test"],
      subscribers: (0..<2000).map { Subscriber.bench("u\(1000 + $0)", "p\($0)") })
    let challenges = authenticator.challenges(
      realm: "example.test", isStale: false, now: bench.now, randomness: &random)
    var times: [Bool: [Duration]] = [:]
    let clock = ContinuousClock()
    for number in 0..<4000 {
      let isKnown = number % 2 == 0
      var phone = DigestPhone(user: "\(isKnown ? "u" : "v")\(1000 + number / 2)", password: "x")
      let credentials = try phone.credentials(challenges)
      let start = clock.now
      let address = AddressOfRecord(user: credentials.username, domain: "example.test")
      let result = authenticator.verify(
        credentials, realm: "example.test", method: .register, requestURI: "sip:example.test",
        hashes: directory.subscriber(address)?.hashes, transaction: 1, now: bench.now)
      times[isKnown, default: []].append(clock.now - start)
      #expect(result == .wrong)
    }
    func median(_ isKnown: Bool) -> Double {
      let sorted = (times[isKnown] ?? []).sorted()
      return sorted[sorted.count / 2] / .microseconds(1)
    }
    print("wrong password: known \(median(true)) µs, unknown \(median(false)) µs")
    #expect(abs(median(true) - median(false)) < 0.25 * max(median(true), median(false)))
  }
}
