import Addressing
import Machines

/// One walk through the procedure of RFC 3263 §4 with the answers that there are.
struct ServerSearch {
  private let query: ServerQuery
  private let reach: [ServerReach]
  private let answers: [DNSQuestion: DNSAnswer]
  private var random: SeededGenerator
  /// What has to be known before the walk gets further.
  private(set) var missing: [DNSQuestion] = []
  /// Where it ended, once nothing is missing.
  private(set) var location: ServerLocation?
  private var lifetime = DNSReply.longestLifetime
  /// A question that mattered was left without an answer.
  private var isUnanswered = false

  /// A name that has addresses, and how a server is reached there.
  private struct Candidate {
    let host: String
    let port: UInt16
    let transport: TransportProtocol
  }

  init(
    query: ServerQuery, reach: [ServerReach], seed: UInt64, answers: [DNSQuestion: DNSAnswer]
  ) {
    self.query = query
    self.reach = reach
    self.answers = answers
    random = SeededGenerator(seed: seed)
  }

  mutating func walk() {
    guard !transports.isEmpty else { return fail(.unreachable) }
    if let address = query.address { return walkNumeric(address) }
    guard query.isResolvable else { return fail(.unknown) }
    guard let candidates = candidates() else { return }
    let targets = targets(candidates)
    guard missing.isEmpty else { return }
    guard !targets.isEmpty else { return fail(isUnanswered ? .unanswered : .unknown) }
    location = .found(targets, domain: query.host, lifetime: lifetime)
  }

  private mutating func fail(_ reason: ServerLocation.Reason) {
    location = .notFound(reason)
  }

  /// Those that serve the query, the preferred first.
  private var transports: [TransportProtocol] {
    var seen: [TransportProtocol] = []
    for way in reach where !seen.contains(way.transport) {
      if let transport = query.transport, way.transport != transport { continue }
      if way.transport.service.isSecure || !query.isSecure { seen.append(way.transport) }
    }
    return seen
  }

  /// §4.1: UDP for a `sip:` URI where nothing else is said, and what is secure for `sips:`.
  private var defaultTransport: TransportProtocol? {
    if !query.isSecure, transports.contains(.udp) { return .udp }
    return transports.first
  }

  private mutating func walkNumeric(_ address: IPAddress) {
    let ways = [defaultTransport].compactMap { $0 } + transports
    guard
      let transport = ways.first(where: {
        reach.contains(ServerReach($0, isIPv6: address.isIPv6))
      })
    else { return fail(.unreachable) }
    let endpoint = IPEndpoint(address, query.port ?? transport.service.defaultPort)
    location = .found(
      [ServerTarget(transport, endpoint)], domain: query.host, lifetime: lifetime)
  }

  /// Names to look up the addresses of, in order; nil when the walk ended, or cannot go on yet.
  private mutating func candidates() -> [Candidate]? {
    if let port = query.port {
      // §4.2: with a port there are neither NAPTR nor SRV records to ask for.
      return defaultTransport.map { [Candidate(host: query.host, port: port, transport: $0)] }
    }
    if let transport = query.transport {
      return candidates([(service(transport), transport)], otherwise: transport)
    }
    guard let pointers = pointers() else { return nil }
    if let first = pointers.first { return candidates(pointers, otherwise: first.1) }
    return candidates(transports.map { (service($0), $0) }, otherwise: defaultTransport)
  }

  private func service(_ transport: TransportProtocol) -> DNSQuestion {
    DNSQuestion("\(transport.service.label).\(query.host)", .srv)
  }

  /// What the domain's NAPTR records say of the transports that we have, in their order.
  private mutating func pointers() -> [(DNSQuestion, TransportProtocol)]? {
    guard let answer = answer(to: DNSQuestion(query.host, .naptr)) else { return nil }
    let pointers = answer.records.compactMap { record -> AuthorityPointer? in
      guard case .authority(let pointer) = record else { return nil }
      // RFC 3263 §4.1: those with another flag or another service are not SIP's.
      return pointer.flags.lowercased() == "s" && isDNSName(pointer.replacement) ? pointer : nil
    }
    return pointers.sorted { ($0.order, $0.preference) < ($1.order, $1.preference) }
      .prefix(ServerLocator.maximumPointers).compactMap { pointer in
        let service = pointer.service.uppercased()
        return transports.first { $0.service.naptr == service }.map {
          (DNSQuestion(pointer.replacement, .srv), $0)
        }
      }
  }

  /// The servers of each service; where no service has records, the domain's own addresses, by
  /// the transport that was determined before (§4.2).
  private mutating func candidates(
    _ services: [(DNSQuestion, TransportProtocol)], otherwise transport: TransportProtocol?
  ) -> [Candidate]? {
    let found = services.map { ($0.1, answer(to: $0.0)) }
    guard missing.isEmpty else { return nil }
    var candidates: [Candidate] = []
    var hasRecords = false
    for (transport, answer) in found {
      let records = (answer?.records ?? []).compactMap { record -> ServiceRecord? in
        if case .service(let service) = record { service } else { nil }
      }
      hasRecords = hasRecords || !records.isEmpty
      // A target that is the root says that there is no such service (RFC 2782).
      let offered = records.filter { isDNSName($0.target) }
      candidates += ServiceOrder.sorted(offered, &random).map {
        Candidate(host: $0.target, port: $0.port, transport: transport)
      }
    }
    if hasRecords { return Array(candidates.prefix(ServerLocator.maximumServices)) }
    return transport.map {
      [Candidate(host: query.host, port: $0.service.defaultPort, transport: $0)]
    }
  }

  private mutating func targets(_ candidates: [Candidate]) -> [ServerTarget] {
    var targets: [ServerTarget] = []
    for candidate in candidates {
      for way in reach where way.transport == candidate.transport {
        let question = DNSQuestion(candidate.host, way.isIPv6 ? .aaaa : .a)
        for case .address(let address) in answer(to: question)?.records ?? [] {
          let target = ServerTarget(
            candidate.transport, IPEndpoint(address, candidate.port))
          if !targets.contains(target) { targets.append(target) }
        }
      }
    }
    return Array(targets.prefix(ServerLocator.maximumTargets))
  }

  /// What is known of a question; nil if nothing is, and then it is missing.
  private mutating func answer(to question: DNSQuestion) -> DNSAnswer? {
    guard let answer = answers[question] else {
      if !missing.contains(question) { missing.append(question) }
      return nil
    }
    if let kept = answer.lifetime { lifetime = min(lifetime, kept) } else { isUnanswered = true }
    return answer
  }
}
