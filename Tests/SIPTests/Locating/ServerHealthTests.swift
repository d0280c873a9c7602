import Addressing
import Machines
import SIP
import Testing

@Suite("Servers that failed, and answers that are kept")
struct ServerHealthTests {
  static func target(_ last: Int) -> ServerTarget {
    ServerTarget(.udp, IPEndpoint(IPAddress("192.0.2.\(last)")!, 5060))
  }

  static func seconds(_ value: Int64) -> Instant { Instant(nanoseconds: value * 1_000_000_000) }

  let targets = [target(1), target(2), target(3)]

  @Test("A server that failed goes behind the others, and no further")
  func avoided() {
    var health = ServerHealth()
    health.failed(targets[0], at: Self.seconds(0))
    #expect(
      health.ordered(targets, at: Self.seconds(1)) == [targets[1], targets[2], targets[0]])
  }

  @Test("Where all have failed, all are tried in order")
  func allFailed() {
    var health = ServerHealth()
    for target in targets { health.failed(target, at: Self.seconds(0)) }
    #expect(health.ordered(targets, at: Self.seconds(1)) == targets)
  }

  @Test("After a while one call at a time tries it again")
  func probe() {
    var health = ServerHealth()
    health.failed(targets[0], at: Self.seconds(0))
    #expect(health.ordered(targets, at: Self.seconds(10)).first == targets[0])
    #expect(health.ordered(targets, at: Self.seconds(11)).first == targets[1])
    // The one that tried has said nothing for too long.
    #expect(health.ordered(targets, at: Self.seconds(51)).first == targets[0])
    health.succeeded(targets[0])
    #expect(health.isEmpty)
    #expect(health.ordered(targets, at: Self.seconds(52)) == targets)
    #expect(health.ordered(targets, at: Self.seconds(52)) == targets)
  }

  @Test("Each failure in a row doubles the wait, up to a bound")
  func backoff() {
    var health = ServerHealth()
    var time: Int64 = 0
    for wait in [10, 20, 40, 80, 160, 300, 300] as [Int64] {
      health.failed(targets[0], at: Self.seconds(time))
      #expect(health.ordered(targets, at: Self.seconds(time + wait - 1)).first == targets[1])
      #expect(health.ordered(targets, at: Self.seconds(time + wait)).first == targets[0])
      time += wait
    }
  }

  @Test("Retry-After is obeyed, within reason")
  func retryAfter() {
    var health = ServerHealth()
    health.failed(targets[0], retryAfter: .seconds(2), at: Self.seconds(0))
    #expect(health.ordered(targets, at: Self.seconds(1)).first == targets[1])
    #expect(health.ordered(targets, at: Self.seconds(2)).first == targets[0])
    health.failed(targets[1], retryAfter: .seconds(86_400), at: Self.seconds(0))
    #expect(health.ordered([targets[1], targets[2]], at: Self.seconds(300)).first == targets[1])
  }

  @Test("A server behind one that is well is not probed")
  func noIdleProbe() {
    var health = ServerHealth()
    health.failed(targets[1], at: Self.seconds(0))
    _ = health.ordered(targets, at: Self.seconds(20))
    #expect(health.ordered([targets[1], targets[2]], at: Self.seconds(21)).first == targets[1])
  }

  @Test("No more servers are remembered than there is room for")
  func bounded() {
    var policy = ServerHealth.Policy()
    policy.capacity = 8
    var health = ServerHealth(policy: policy)
    for index in 0..<200 { health.failed(Self.target(index), at: Self.seconds(Int64(index))) }
    #expect(health.failingCount <= 8)
    #expect(health.failures == 200)
    #expect(
      health.ordered([Self.target(199), Self.target(1)], at: Self.seconds(200)).first
        == Self.target(1))
  }

  @Test("The cache forgets what is over, and what it has no room for")
  func cache() {
    var cache = DNSCache(capacity: 4)
    let answer = DNSAnswer.nothing(lifetime: .seconds(10))
    let question = DNSQuestion("a.example.com", .a)
    cache.keep(answer, to: question, at: Self.seconds(0))
    cache.keep(.failed, to: DNSQuestion("b.example.com", .a), at: Self.seconds(0))
    #expect(cache.count == 1)
    #expect(cache.answer(to: question, at: Self.seconds(9)) == answer)
    #expect(cache.answer(to: question, at: Self.seconds(10)) == nil)
    for index in 0..<100 {
      cache.keep(answer, to: DNSQuestion("n\(index).example.com", .a), at: Self.seconds(1))
      #expect(cache.count <= 4)
    }
  }
}
