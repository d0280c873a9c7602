import Addressing
import CallControl
import Journaling
import Machines
import MediaControl
import SIP
import Testing

@testable import Softswitch

/// A whole exchange on a bench: phones written by hand, time by the millisecond, randomness from
/// a seed.
///
/// It listens on `udp:198.51.100.1:5060`, `tcp:198.51.100.1:5060` and `tls:198.51.100.1:5061`, serves `example.test` with
/// alice, bob (`+15550002`) and carol, and trusts 203.0.113.0/24.
final class ExchangeBench {
  static let address = IPAddress("198.51.100.1")!
  static let gateway = Flow(
    transport: .udp, listener: ListenerID(0), remote: IPEndpoint("203.0.113.9:5060")!)

  let world = ExchangeWorld()
  let disk = MemoryDisk()
  private(set) var exchange: Exchange! = nil
  private(set) var time: Int64 = 1_800_000_000_000
  /// Off: changes of bindings wait until `record` is called.
  var recordsAtOnce = true
  /// Off: names are not looked up.
  var answersDNS = true
  /// What was put on record of bindings, in order.
  private(set) var recorded: [BindingEvent] = []
  /// What is on record of subscriptions, publications and messages.
  private(set) var state = RecordedTables()

  private let make: (ExchangeBench, Registrar, Journal) throws -> Exchange

  init(
    domains: [String] = ["example.test"], otherAddress: String? = nil,
    subscribers: [Subscriber] = .bench, groups: [RingGroup] = [],
    trusted: String = "203.0.113.0/24", maximumCalls: Int = 100,
    registrar: Registrar = Registrar(), undurable: Exchange.UndurablePolicy = .refuse,
    notFound: PlayedService? = nil, strangers: StrangerPolicy? = nil
  ) throws {
    let endpoint = IPEndpoint(Self.address, 5060)
    let secureEndpoint = IPEndpoint(Self.address, 5061)
    let calls = CallEnvironment(
      nodeName: "a1", userAgent: "Tandem", timers: .standard, ringTimeout: .seconds(60),
      longestCall: .seconds(86_400),
      maximumLegs: 32,
      listeners: [
        ListenerAddress(transport: .udp, visible: endpoint),
        ListenerAddress(transport: .tcp, visible: endpoint),
        ListenerAddress(transport: .tls, visible: secureEndpoint),
      ],
      anchoring: .always, media: MediaAddressing(advertised: Self.address))
    let configuration = ExchangeConfiguration(
      calls: calls,
      listenerNames: ["udp:\(endpoint)", "tcp:\(endpoint)", "tls:\(secureEndpoint)"],
      trusted: [try #require(IPNetwork(trusted))], echoNumbers: ["*43", "echo"],
      maximumCalls: maximumCalls, messageLimits: .standard, undurable: undurable,
      services: [
        "9197": PlayedService(name: "milliwatt 9197", length: nil),
        "9198": PlayedService(name: "announcement 9198", length: .seconds(3)),
      ],
      notFound: notFound, strangers: strangers)
    let addresses = Set([Self.address] + [otherAddress.flatMap { IPAddress($0) }].compactMap { $0 })
    let directory = try SubscriberDirectory(
      domains: domains, addresses: addresses, subscribers: subscribers, groups: groups)
    let began = Now.milliseconds(time)
    var starts: UInt64 = 6
    make = { bench, registrar, journal in
      starts += 1
      return Exchange(
        configuration: configuration, directory: directory, registrar: registrar,
        authenticator: DigestAuthenticator(key: [UInt8](0..<32), startedAt: began.wall),
        log: CallLog(journal), random: .seeded(starts), now: bench.now, outlet: bench.world)
    }
    exchange = try make(self, registrar, try Self.journal(on: disk, began))
  }

  private static func journal(on disk: MemoryDisk, _ now: Now) throws -> Journal {
    try Journal(
      disk: disk, options: JournalOptions(), opening: [], version: callLogVersion,
      now: now.steady)
  }

  /// The process ends as kill -9 ends it, and starts again after a while.
  @discardableResult
  func restart(after milliseconds: Int64 = 200) throws -> [Sent] {
    world.lose()
    disk.crash(.process)
    time += milliseconds
    let contents = try CallLogContents.read(disk)
    #expect(contents.faults.isEmpty)
    let bindings = recorded.compactMap { event -> (AddressOfRecord, Binding)? in
      if case .bound(let address, let binding) = event { (address, binding) } else { nil }
    }
    exchange = try make(
      self, Registrar(policy: RegistrarPolicy(), restoring: bindings, at: now.wall),
      Self.journal(on: disk, now))
    return perform {
      _ = exchange.recover(contents.calls, isDraining: contents.isDraining, now: now)
      exchange.takeUp(state.recorded, now: now)
    }
  }

  var now: Now { .milliseconds(time) }

  /// Hands a message to the exchange; answers what left because of it.
  @discardableResult
  func deliver(_ bytes: [UInt8], from flow: Flow) -> [Sent] {
    perform { exchange.received(bytes, from: flow, now: now) }
  }

  @discardableResult
  func send(_ request: PhoneRequest) -> [Sent] { deliver(request.bytes, from: request.flow) }

  /// Lets time pass, with every timer on the way.
  @discardableResult
  func advance(by milliseconds: Int64) -> [Sent] {
    perform {
      let end = time + milliseconds
      while let due = exchange.nextDeadline?.nanoseconds, due <= end * 1_000_000 {
        time = max(time, due / 1_000_000)
        exchange.timePassed(now: now)
        settle()
      }
      time = end
    }
  }

  /// The oldest change of bindings that waits is on record now, or could not be put there.
  @discardableResult
  func record(isOnRecord: Bool = true) throws -> [Sent] {
    try #require(!world.unsaved.isEmpty, "a change waits to be on record")
    return perform { recordFirst(isOnRecord: isOnRecord) }
  }

  /// The same of subscriptions, publications and messages.
  @discardableResult
  func recordChange(isOnRecord: Bool = true) throws -> [Sent] {
    try #require(!world.unsavedChanges.isEmpty, "a change waits to be on record")
    return perform { recordFirstChange(isOnRecord: isOnRecord) }
  }

  private func recordFirstChange(isOnRecord: Bool) {
    if !world.unsavedChanges.isEmpty {
      let (ticket, changes) = world.unsavedChanges.removeFirst()
      if isOnRecord { changes.forEach { state.apply($0) } }
      exchange.changesSaved(ticket, isOnRecord: isOnRecord, now: now)
    } else {
      let recipient = world.unfetched.removeFirst()
      let found = state.messages.filter { $0.recipient == recipient }
      exchange.messagesFetched(for: recipient, isOnRecord ? found : nil, now: now)
    }
    exchange.tickEnded(now: now)
  }

  /// A message could not be sent.
  func fail(_ receipt: SendReceipt) -> [Sent] {
    perform { exchange.sendFailed(receipt, now: now) }
  }

  @discardableResult
  func hangUpAll() -> [Sent] {
    perform { exchange.hangUpAll(reason: "Shutting Down", now: now) }
  }

  /// Ends one call as an operator does.
  @discardableResult
  func hangUp(_ call: CallID) -> [Sent] {
    perform { _ = exchange.hangUp(call, reason: "Hung Up", now: now) }
  }

  /// Takes bindings away as an operator does. What came of it goes to the closure.
  @discardableResult
  func removeBindings(
    of user: String, contact: String? = nil,
    completion: @escaping (BindingRemovalOutcome) -> Void
  ) -> [Sent] {
    let address = AddressOfRecord(user: user, domain: "example.test")
    return perform {
      exchange.removeBindings(
        of: address, contact: contact, now: now, completion: completion)
    }
  }

  /// Nothing that a call may hold is held any more, once its last timers have run out.
  func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) {
    advance(by: 300_000)
    #expect(exchange.callCount == 0, "no call is left", sourceLocation: sourceLocation)
    #expect(world.lentPorts.isEmpty, "no port is left", sourceLocation: sourceLocation)
    #expect(world.openStreams.isEmpty, "no stream is left", sourceLocation: sourceLocation)
  }

  private func perform(_ body: () -> Void) -> [Sent] {
    world.outbox = []
    body()
    settle()
    return world.outbox
  }

  /// What the media plane and the store answer, as they do: later, not from within.
  private func settle() {
    exchange.tickEnded(now: now)
    while answersDNS, let (ticket, query) = world.unlocated.first {
      world.unlocated.removeFirst()
      let location = world.names[query.host].map {
        ServerLocation.found($0, domain: query.host, lifetime: .seconds(60))
      }
      exchange.located(ticket, location ?? .notFound(.unknown), now: now)
      exchange.tickEnded(now: now)
    }
    while let (call, streams) = world.unreported.first {
      world.unreported.removeFirst()
      for index in 0..<streams {
        let report = MediaReport(
          stream: index, fromCaller: MediaQuality(packets: 100, octets: 16_000),
          fromCallee: MediaQuality(packets: 50, octets: 8_000))
        exchange.mediaReported(report, for: call, now: now)
      }
      exchange.tickEnded(now: now)
    }
    while recordsAtOnce, !world.unsaved.isEmpty { recordFirst(isOnRecord: true) }
    while recordsAtOnce, !(world.unsavedChanges.isEmpty && world.unfetched.isEmpty) {
      recordFirstChange(isOnRecord: true)
    }
    for call in world.takeRecorded() { exchange.recordsSaved(of: call) }
  }

  private func recordFirst(isOnRecord: Bool) {
    let (ticket, events) = world.unsaved.removeFirst()
    if isOnRecord { recorded += events }
    exchange.bindingsSaved(ticket, isOnRecord: isOnRecord)
    exchange.tickEnded(now: now)
  }
}

extension [Subscriber] {
  static var bench: [Subscriber] {
    [
      .bench("alice", "secret1"), .bench("bob", "secret2", number: "+15550002"),
      .bench("carol", "secret3"),
    ]
  }
}

extension Subscriber {
  static func bench(
    _ user: String, _ password: String, domain: String = "example.test", number: String? = nil,
    settings: SubscriberSettings = SubscriberSettings()
  ) -> Subscriber {
    Subscriber(
      address: AddressOfRecord(user: user, domain: domain), number: number,
      hashes: CredentialHashes(user: user, realm: domain, password: password), settings: settings,
      origin: .configuration)
  }
}

extension Now {
  fileprivate static func milliseconds(_ time: Int64) -> Now {
    let nanoseconds = time * 1_000_000
    return Now(
      steady: Instant(nanoseconds: nanoseconds), wall: WallTime(nanoseconds: nanoseconds))
  }
}
