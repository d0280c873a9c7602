import Addressing
import Machines
import SIP
import Testing

/// RFC 3263 §4 and §5, branch by branch.
@Suite("Locating servers")
struct ServerLocatorTests {
  /// The example of RFC 3263 §4.1, with addresses.
  static let example: SmallZone = {
    var zone = SmallZone()
    zone.naptr(
      "example.com", (90, 50, "s", "SIP+D2T", "_sip._tcp.example.com"),
      (50, 50, "s", "SIPS+D2T", "_sips._tcp.example.com"),
      (100, 50, "s", "SIP+D2U", "_sip._udp.example.com"))
    zone.srv("_sip._tcp.example.com", (1, 0, 5061, "b.example.com"), (0, 1, 5070, "a.example.com"))
    zone.srv("_sip._udp.example.com", (0, 0, 5060, "a.example.com"))
    zone.a("a.example.com", "192.0.2.1")
    zone.a("b.example.com", "192.0.2.2", "192.0.2.3")
    zone.a("example.com", "192.0.2.99")
    return zone
  }()

  @Test(
    "A numeric host is asked of nobody",
    arguments: [
      ("sip:192.0.2.7", "udp 192.0.2.7:5060"), ("sip:192.0.2.7:5070", "udp 192.0.2.7:5070"),
      ("sip:192.0.2.7;transport=tcp", "tcp 192.0.2.7:5060"),
      ("sip:[2001:db8::7]", "udp [2001:db8::7]:5060"),
      ("sip:example.com;maddr=192.0.2.8", "udp 192.0.2.8:5060"),
    ])
  func numeric(uri: String, target: String) throws {
    let parsed = try #require(SIPURI(uri))
    let found = Self.example.locate(try #require(ServerQuery(parsed)))
    #expect(found.asked.isEmpty)
    #expect(Self.example.targets(uri) == [target])
  }

  @Test("NAPTR records choose the transport, SRV records the server, in their orders")
  func fullProcedure() throws {
    #expect(
      Self.example.targets("sip:bob@example.com") == [
        "tcp 192.0.2.1:5070", "tcp 192.0.2.2:5061", "tcp 192.0.2.3:5061", "udp 192.0.2.1:5060",
      ])
  }

  @Test("What is asked first is NAPTR, then SRV of the services that are spoken, then addresses")
  func orderOfQuestions() throws {
    let asked = Self.example.locate(
      ServerQuery(host: "Example.COM"), reach: [ServerReach(.udp, isIPv6: false)]
    ).asked
    #expect(
      asked == [
        DNSQuestion("example.com", .naptr), DNSQuestion("_sip._udp.example.com", .srv),
        DNSQuestion("a.example.com", .a),
      ])
  }

  @Test("The lifetime is the shortest on the way, and the domain is the one that was asked for")
  func lifetime() throws {
    let found = Self.example.locate(ServerQuery(host: "example.com")).location
    guard case .found(_, let domain, let lifetime) = found else {
      Issue.record("nothing was found")
      return
    }
    #expect(domain == "example.com")
    // The absence of AAAA records is the first to be forgotten.
    #expect(lifetime == .seconds(30))
  }

  @Test("A port leaves out NAPTR and SRV")
  func explicitPort() throws {
    let uri = try #require(SIPURI("sip:bob@example.com:5080"))
    let found = Self.example.locate(
      try #require(ServerQuery(uri)), reach: [ServerReach(.udp, isIPv6: false)])
    #expect(found.asked == [DNSQuestion("example.com", .a)])
    #expect(Self.example.targets("sip:bob@example.com:5080") == ["udp 192.0.2.99:5080"])
    #expect(
      Self.example.targets("sip:bob@example.com:5080;transport=tcp") == ["tcp 192.0.2.99:5080"])
  }

  @Test("A transport leaves out NAPTR")
  func explicitTransport() {
    #expect(
      Self.example.targets("sip:bob@example.com;transport=udp") == ["udp 192.0.2.1:5060"])
  }

  @Test("Without NAPTR records, the services of all transports are asked for")
  func noPointers() {
    var zone = Self.example
    zone.answers[DNSQuestion("example.com", .naptr)] = nil
    #expect(
      zone.targets("sip:example.com") == [
        "udp 192.0.2.1:5060", "tcp 192.0.2.1:5070", "tcp 192.0.2.2:5061", "tcp 192.0.2.3:5061",
      ])
  }

  @Test("Without SRV records, the domain's own addresses serve at the default port")
  func addressesOnly() {
    var zone = SmallZone()
    zone.a("pbx.example.com", "192.0.2.4")
    zone.aaaa("pbx.example.com", "2001:db8::4")
    #expect(
      zone.targets("sip:pbx.example.com") == ["udp 192.0.2.4:5060", "udp [2001:db8::4]:5060"])
    #expect(zone.targets("sip:pbx.example.com;transport=tcp") == ["tcp 192.0.2.4:5060"])
  }

  @Test("A NAPTR record without its SRV records still chooses the transport")
  func pointerWithoutServices() {
    var zone = SmallZone()
    zone.naptr("example.com", (1, 1, "S", "sip+d2t", "_sip._tcp.example.com."))
    zone.a("example.com", "192.0.2.9")
    #expect(zone.targets("sip:example.com") == ["tcp 192.0.2.9:5060"])
  }

  @Test("NAPTR records of other flags, services and odd names are passed by")
  func foreignPointers() {
    var zone = Self.example
    zone.naptr(
      "example.com", (1, 1, "u", "E2U+sip", ""), (2, 1, "s", "SIP+D2S", "_sip._sctp.example.com"),
      (3, 1, "s", "SIP+D2U", "no name"), (4, 1, "s", "SIP+D2U", "_sip._udp.example.com"))
    #expect(zone.targets("sip:example.com") == ["udp 192.0.2.1:5060"])
  }

  @Test("A service whose target is the root is not offered, whatever addresses there are")
  func decidedlyNotThere() throws {
    var zone = Self.example
    zone.srv("_sip._udp.example.com", (0, 0, 0, ""))
    let query = ServerQuery(host: "example.com", transport: .udp)
    #expect(zone.locate(query).location == .notFound(.unknown))
  }

  @Test("A family that we do not speak is not asked for, and of no use")
  func families() {
    let six = [ServerReach(.udp, isIPv6: true)]
    #expect(Self.example.targets("sip:192.0.2.7", reach: six).isEmpty)
    #expect(Self.example.targets("sip:example.com:5060", reach: six).isEmpty)
    #expect(
      Self.example.locate(ServerQuery(host: "192.0.2.7"), reach: six).location
        == .notFound(.unreachable))
  }

  @Test("A sips: URI goes nowhere without a secure transport")
  func secure() throws {
    #expect(
      Self.example.locate(ServerQuery(host: "example.com", isSecure: true)).location
        == .notFound(.unreachable))
    let datagram = try #require(SIPURI("sips:example.com;transport=udp"))
    #expect(ServerQuery(datagram) == nil)
  }

  @Test("A transport that nobody speaks here is no query")
  func unknownTransport() throws {
    let uri = try #require(SIPURI("sip:example.com;transport=sctp"))
    #expect(ServerQuery(uri) == nil)
  }

  @Test("Names that DNS cannot hold are not asked", arguments: ["a..b", "x.invalid", "invalid"])
  func oddNames(host: String) {
    let found = Self.example.locate(ServerQuery(host: host))
    #expect(found.location == .notFound(.unknown))
    #expect(found.asked.isEmpty)
  }

  @Test("An unknown name and a silent DNS are told apart")
  func failures() {
    #expect(
      SmallZone().locate(ServerQuery(host: "example.com")).location == .notFound(.unknown))
    #expect(
      SmallZone(isDead: true).locate(ServerQuery(host: "example.com")).location
        == .notFound(.unanswered))
  }

  @Test("One server whose address nobody tells does not hide the other")
  func partialSilence() {
    var zone = Self.example
    zone.silent = [DNSQuestion("a.example.com", .a)]
    #expect(
      zone.targets("sip:example.com;transport=tcp") == [
        "tcp 192.0.2.2:5061", "tcp 192.0.2.3:5061",
      ])
  }

  @Test("What was not asked, and a second answer, change nothing")
  func uninvited() {
    var locator = ServerLocator(
      ServerQuery(host: "example.com"), reach: SmallZone.both, seed: 1)
    let now = Now(steady: Instant(nanoseconds: 0), wall: WallTime(nanoseconds: 0))
    let first = locator.decide(.start, now: now)
    if let event = first.event { locator.apply(event) }
    let stray = locator.decide(
      .answered(DNSQuestion("other.example.com", .a), .failed), now: now)
    #expect(stray == Decision(nil, .none))
    let question = DNSQuestion("example.com", .naptr)
    let answered = locator.decide(.answered(question, .nothing(lifetime: .zero)), now: now)
    if let event = answered.event { locator.apply(event) }
    let again = locator.decide(.answered(question, .failed), now: now)
    #expect(again == Decision(nil, .none))
  }

  @Test("A response goes to the Via's name: by address with a port, by service without")
  func responses() throws {
    let withPort = try #require(Via("SIP/2.0/TCP b.example.com:5099;branch=z9hG4bKx"))
    let named = Self.example.locate(try #require(ServerQuery(respondingTo: withPort)))
    guard case .found(let targets, _, _) = named.location else {
      Issue.record("nothing was found")
      return
    }
    #expect(targets.map(\.endpoint.description) == ["192.0.2.2:5099", "192.0.2.3:5099"])
    let bare = try #require(Via("SIP/2.0/TCP example.com;branch=z9hG4bKx"))
    #expect(
      Self.example.locate(try #require(ServerQuery(respondingTo: bare))).asked.first
        == DNSQuestion("_sip._tcp.example.com", .srv))
  }

  @Test("Many records end in a list with a bound")
  func bounded() {
    var zone = SmallZone()
    zone.answers[DNSQuestion("_sip._udp.example.com", .srv)] = .records(
      (0..<60).map {
        .service(
          ServiceRecord(priority: UInt16($0), weight: 0, port: 5060, target: "h\($0).example.com"))
      }, lifetime: .seconds(60))
    for index in 0..<60 { zone.a("h\(index).example.com", "192.0.2.\(index)", "198.51.100.1") }
    let found = zone.targets("sip:example.com;transport=udp")
    #expect(found.count == 16)
    #expect(Set(found).count == 16)
  }

  @Test("Among servers of one priority, each is first as often as its weight says")
  func weights() {
    var zone = SmallZone()
    zone.srv(
      "_sip._udp.example.com", (5, 3, 5060, "a.example.com"), (5, 1, 5060, "b.example.com"),
      (9, 100, 5060, "c.example.com"))
    for (name, last) in [("a", 1), ("b", 2), ("c", 3)] {
      zone.a("\(name).example.com", "192.0.2.\(last)")
    }
    var firsts: [String: Int] = [:]
    for seed in 0..<2000 {
      let found = zone.targets("sip:example.com;transport=udp", seed: UInt64(seed))
      #expect(found.last == "udp 192.0.2.3:5060")
      firsts[found[0], default: 0] += 1
    }
    // RFC 2782 draws from 0 to the sum, both included: 3 to 1 or a little beside it.
    let share = Double(firsts["udp 192.0.2.1:5060"] ?? 0) / 2000
    #expect((0.55...0.85).contains(share), "\(firsts)")
  }
}
