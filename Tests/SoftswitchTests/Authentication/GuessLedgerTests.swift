import Addressing
import Machines
import Testing

@testable import Softswitch

@Suite("What is remembered of guessed passwords")
struct GuessLedgerTests {
  private var next: UInt64 = 0

  private func now(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

  private mutating func attempt(
    _ source: String = "192.0.2.66", _ account: UInt64 = 1, isShared: Bool = false
  ) throws -> LoginAttempt {
    next += 1
    return LoginAttempt(
      source: SourceNetwork(try #require(IPAddress(source))), account: account,
      transaction: next, isShared: isShared)
  }

  @Test("The first mistakes cost nothing, then each takes twice as long, up to a limit")
  mutating func slows() throws {
    var ledger = GuessLedger()
    var delays: [Duration] = []
    for _ in 0..<12 { delays.append(ledger.noteWrong(try attempt(), now: now(0))) }
    #expect(delays[..<5].allSatisfy { $0 == .zero })
    #expect(
      delays[5...].map { $0 / .milliseconds(1) } == [500, 1000, 2000, 4000, 8000, 8000, 8000])
  }

  @Test("A request that comes again counts once, and waits as long")
  mutating func retransmission() throws {
    var ledger = GuessLedger()
    for _ in 0..<5 { _ = ledger.noteWrong(try attempt(), now: now(0)) }
    let sixth = try attempt()
    for _ in 0..<10 { #expect(ledger.noteWrong(sixth, now: now(0)) == .milliseconds(500)) }
  }

  @Test("After too many the source is not heard about the account, until some are forgotten")
  mutating func refuses() throws {
    var ledger = GuessLedger()
    for count in 0..<15 {
      #expect(ledger.refusal(of: try attempt(), now: now(0)) == nil, "\(count)")
      _ = ledger.noteWrong(try attempt(), now: now(0))
    }
    #expect(ledger.refusal(of: try attempt(), now: now(0)) == .seconds(60))
    #expect(ledger.refusal(of: try attempt(), now: now(59)) == .seconds(1))
    #expect(ledger.refusal(of: try attempt(), now: now(61)) == nil)
    // Another source, and another account, are none of it.
    #expect(ledger.refusal(of: try attempt("192.0.2.67"), now: now(0)) == nil)
    #expect(ledger.refusal(of: try attempt("192.0.2.66", 2), now: now(0)) == nil)
    ledger.sweep(now: now(60 * 15))
    #expect(ledger.isEmpty)
  }

  @Test("A source that tries one password on many accounts is slowed and then not heard at all")
  mutating func sprays() throws {
    var ledger = GuessLedger()
    var delay = Duration.zero
    for account in 0..<UInt64(75) {
      let attempt = try attempt("2001:db8::1", account)
      #expect(ledger.refusal(of: attempt.source, now: now(0)) == nil)
      delay = ledger.noteWrong(attempt, now: now(0))
    }
    #expect(delay == .seconds(8))
    // The whole /64 is one source.
    #expect(ledger.refusal(of: try attempt("2001:db8::ffff", 99).source, now: now(0)) != nil)
    #expect(ledger.refusal(of: try attempt("2001:db8:0:1::1", 99).source, now: now(0)) == nil)
  }

  @Test("What comes through a trusted proxy is held against the account's guesser alone")
  mutating func shared() throws {
    var ledger = GuessLedger()
    for account in 0..<UInt64(200) {
      let attempt = try attempt("192.0.2.66", account, isShared: true)
      #expect(ledger.noteWrong(attempt, now: now(0)) == .zero)
    }
    #expect(ledger.refusal(of: try attempt().source, now: now(0)) == nil)
  }

  @Test("Under attack from many sources an account hears whoever has not guessed, and no guesser")
  mutating func attacked() throws {
    var ledger = GuessLedger()
    for source in 0..<25 {
      for _ in 0..<5 { _ = ledger.noteWrong(try attempt("203.0.113.\(source)"), now: now(0)) }
    }
    #expect(ledger.refusal(of: try attempt("203.0.113.0"), now: now(0)) != nil)
    #expect(ledger.refusal(of: try attempt("192.0.2.1"), now: now(0)) == nil)
  }

  @Test("A right password is no guess, and ends the account's count for the source")
  mutating func right() throws {
    var ledger = GuessLedger()
    for _ in 0..<14 { _ = ledger.noteWrong(try attempt(), now: now(0)) }
    ledger.noteRight(try attempt())
    #expect(ledger.noteWrong(try attempt(), now: now(0)) == .zero)
  }

  @Test("However many sources guess at however many accounts, the memory has a bound")
  mutating func bounded() throws {
    var policy = GuessingPolicy()
    policy.tracked = 100
    var ledger = GuessLedger(policy: policy)
    for number in 0..<5000 {
      let source = "10.0.\(number / 250).\(number % 250)"
      _ = ledger.noteWrong(try attempt(source, UInt64(number)), now: now(0))
      #expect(ledger.count <= 100)
    }
  }

  @Test("No duration of the policy overflows")
  mutating func extremes() throws {
    var policy = GuessingPolicy()
    (policy.tolerated, policy.refused) = (0, 1000)
    (policy.forgiveness, policy.longestDelay) = (.seconds(86_400), .seconds(60))
    var ledger = GuessLedger(policy: policy)
    for _ in 0..<2000 {
      #expect(ledger.noteWrong(try attempt(), now: now(0)) <= .seconds(60))
    }
    #expect(ledger.refusal(of: try attempt(), now: now(0)) != nil)
    // However many there were, they are forgotten some day.
    ledger.sweep(now: now(86_400 * 10_001))
    #expect(ledger.isEmpty)
  }
}
