import CallControl
import MediaControl
import SIP
import Testing

@testable import Softswitch

/// The world around an exchange: keeps what it is asked to send, lend and record.
final class ExchangeWorld: ExchangeOutlet {
  /// What was sent since the bench last looked.
  var outbox: [Sent] = []
  /// Changes of bindings that are not on record yet, the first asked for first.
  var unsaved: [(ticket: SaveTicket, events: [BindingEvent])] = []
  /// Other changes that are not on record yet, likewise.
  var unsavedChanges: [(ticket: SaveTicket, changes: [RecordedChange])] = []
  /// Whose messages are asked for.
  var unfetched: [AddressOfRecord] = []
  var records: [CallRecord] = []
  /// Streams that were closed and have not reported.
  var unreported: [(call: CallID, streams: Int)] = []
  private(set) var echoes: [[StreamPlan]] = []
  private(set) var played: [(programme: CallProgramme, plans: [PlayPlan])] = []
  private(set) var openStreams: [CallID: Int] = [:]
  private(set) var lentPorts: Set<PortPair> = []
  private var recorded: [CallID] = []
  /// The database takes its time.
  var keepsRecords = false
  private var nextPort: UInt16 = 20_000

  func send(
    _ bytes: [UInt8], to flow: Flow, serverName: String?, receipt: SendReceipt?
  ) {
    guard let message = try? SIPMessage(bytes) else {
      Issue.record("the exchange sent something unreadable")
      return
    }
    outbox.append(
      Sent(message: message, bytes: bytes, flow: flow, serverName: serverName, receipt: receipt))
  }

  /// Where names lead; what is not here is unknown.
  var names: [String: [ServerTarget]] = [:]
  /// Questions that have no answer yet.
  var unlocated: [(ticket: LocationTicket, query: ServerQuery)] = []

  func locate(_ query: ServerQuery, ticket: LocationTicket) { unlocated.append((ticket, query)) }

  func reservePorts() -> PortPair? {
    defer { nextPort += 2 }
    lentPorts.insert(PortPair(rtp: nextPort))
    return PortPair(rtp: nextPort)
  }

  /// The process has ended: its ports and streams with it, and what was on its way to the
  /// database.
  func lose() {
    lentPorts = []
    openStreams = [:]
    unreported = []
    unsaved = []
    unsavedChanges = []
    unfetched = []
    unlocated = []
    recorded = []
  }

  func claim(_ ports: PortPair) -> Bool { lentPorts.insert(ports).inserted }

  func release(_ ports: [PortPair]) {
    for pair in ports {
      #expect(lentPorts.remove(pair) != nil, "a port is given back once")
    }
  }

  func relay(_ call: CallID, _ plans: [StreamPlan]) { openStreams[call] = plans.count }

  func play(_ call: CallID, _ programme: CallProgramme, _ plans: [PlayPlan]) {
    played.append((programme, plans))
    openStreams[call] = plans.count
  }

  func echo(_ call: CallID, _ plans: [StreamPlan]) {
    echoes.append(plans)
    openStreams[call] = plans.count
  }

  func closeMedia(_ call: CallID, streams: Int) {
    #expect(openStreams.removeValue(forKey: call) == streams, "what was opened is closed")
    unreported.append((call, streams))
  }

  func save(_ changes: [BindingEvent], ticket: SaveTicket) { unsaved.append((ticket, changes)) }

  func save(_ changes: [RecordedChange], ticket: SaveTicket) {
    unsavedChanges.append((ticket, changes))
  }

  func fetchMessages(for recipient: AddressOfRecord) { unfetched.append(recipient) }

  func save(_ made: [CallRecord], of call: CallID) {
    records += made
    recorded.append(call)
  }

  /// Calls whose records are in the database since the last time.
  func takeRecorded() -> [CallID] {
    if keepsRecords { return [] }
    defer { recorded = [] }
    return recorded
  }
}

/// One message that left the exchange.
struct Sent {
  let message: SIPMessage
  let bytes: [UInt8]
  let flow: Flow
  let serverName: String?
  let receipt: SendReceipt?

  /// In short: `INVITE`, `100`, `200 BYE`.
  var summary: String {
    switch message.kind {
    case .request(let method): method.name
    case .response(let status) where message.method == .invite: "\(status)"
    case .response(let status): "\(status) \(message.method)"
    }
  }
}

extension [Sent] {
  var summary: [String] { map(\.summary) }

  func request(
    _ method: SIPMethod, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Sent {
    try #require(
      first { $0.message.kind == .request(method) }, "\(summary)", sourceLocation: sourceLocation)
  }

  func response(
    _ status: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> SIPMessage {
    try #require(
      first { $0.message.kind == .response(status) }?.message, "\(summary)",
      sourceLocation: sourceLocation)
  }

  /// The status of the first final response; nil is silence.
  var finalStatus: Int? {
    first { !$0.message.isRequest && $0.message.statusCode >= 200 }?.message.statusCode
  }
}
