import Addressing
import Machines
import SIP

/// A zone in a table: what it does not know, it denies; what is `silent`, nobody answers for.
struct SmallZone {
  var answers: [DNSQuestion: DNSAnswer] = [:]
  var silent: Set<DNSQuestion> = []
  var isDead = false

  mutating func a(_ name: String, _ addresses: String...) {
    answers[DNSQuestion(name, .a)] = .records(
      addresses.map { .address(IPAddress($0)!) }, lifetime: .seconds(60))
  }

  mutating func aaaa(_ name: String, _ addresses: String...) {
    answers[DNSQuestion(name, .aaaa)] = .records(
      addresses.map { .address(IPAddress($0)!) }, lifetime: .seconds(600))
  }

  /// Priority, weight, port, target.
  mutating func srv(_ name: String, _ records: (UInt16, UInt16, UInt16, String)...) {
    answers[DNSQuestion(name, .srv)] = .records(
      records.map {
        .service(ServiceRecord(priority: $0.0, weight: $0.1, port: $0.2, target: $0.3))
      }, lifetime: .seconds(300))
  }

  /// Order, preference, flags, service, replacement.
  mutating func naptr(_ name: String, _ records: (UInt16, UInt16, String, String, String)...) {
    answers[DNSQuestion(name, .naptr)] = .records(
      records.map {
        .authority(
          AuthorityPointer(
            order: $0.0, preference: $0.1, flags: $0.2, service: $0.3, replacement: $0.4))
      }, lifetime: .seconds(3600))
  }

  func answer(_ question: DNSQuestion) -> DNSAnswer {
    if isDead || silent.contains(question) { return .failed }
    return answers[question] ?? .nothing(lifetime: .seconds(30))
  }

  /// Runs a locator to its end: where the query leads, and what it asked on the way.
  func locate(
    _ query: ServerQuery, reach: [ServerReach] = SmallZone.both, seed: UInt64 = 1
  ) -> (location: ServerLocation?, asked: [DNSQuestion]) {
    var locator = ServerLocator(query, reach: reach, seed: seed)
    let now = Now(steady: Instant(nanoseconds: 0), wall: WallTime(nanoseconds: 0))
    var inputs = [ServerLocator.Input.start]
    var asked: [DNSQuestion] = []
    while !inputs.isEmpty {
      let decision = locator.decide(inputs.removeFirst(), now: now)
      if let event = decision.event { locator.apply(event) }
      switch decision.action {
      case .none: break
      case .finish(let location): return (location, asked)
      case .ask(let questions):
        asked += questions
        inputs += questions.map { .answered($0, answer($0)) }
      }
    }
    return (nil, asked)
  }

  func targets(_ uri: String, reach: [ServerReach] = SmallZone.both, seed: UInt64 = 1) -> [String] {
    guard let uri = SIPURI(uri), let query = ServerQuery(uri),
      case .found(let targets, _, _) = locate(query, reach: reach, seed: seed).location
    else { return [] }
    return targets.map { "\($0.transport.rawValue) \($0.endpoint)" }
  }

  static let both = [
    ServerReach(.udp, isIPv6: false), ServerReach(.udp, isIPv6: true),
    ServerReach(.tcp, isIPv6: false),
  ]
}
