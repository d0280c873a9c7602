import Addressing
import Machines
import MediaControl
import SIP

/// Holds one call where its owner keeps it. Only a `CallStep` changes the call inside, and only
/// by applying an event that it also hands out.
package final class CallBox {
  package fileprivate(set) var call: Call
  /// Where the call stands among the deadlines of its switchboard.
  var scheduled: Instant?

  package init(_ call: Call) {
    self.call = call
  }
}

/// What the owner of calls lends to each step: constants, randomness, ports.
package final class CallContext {
  /// A later step may find another one, as it does in the next process.
  package fileprivate(set) var environment: CallEnvironment
  package var random: Randomness
  package let ports: any PortReserve
  private var descriptions = DescriptionMemo()
  private var streamRefusals = StreamRefusals()

  package init(environment: CallEnvironment, random: Randomness, ports: any PortReserve) {
    self.environment = environment
    self.random = random
    self.ports = ports
  }

  func replaceEnvironment(_ environment: CallEnvironment) {
    self.environment = environment
  }

  /// A session description, nil for what is none.
  func read(_ body: [UInt8]) -> DescriptionMemo.Reading? {
    descriptions.read(body)
  }

  func refusesStreams(_ endpoint: IPEndpoint, at now: Instant) -> Bool {
    streamRefusals.contains(endpoint, at: now)
  }

  func noteRefusedStream(_ endpoint: IPEndpoint, at now: Instant) {
    streamRefusals.note(endpoint, at: now)
  }
}

/// One input's way through a call: decides, and records each event as it applies it.
///
/// Decisions read the call as the events so far have made it, so a step of many events needs no
/// second copy of the state. When the step is over, `events` are what must be on record before
/// `actions` are carried out, in order.
package struct CallStep {
  private let box: CallBox
  let context: CallContext
  package let now: Now
  package private(set) var events: [CallEvent] = []
  package private(set) var actions: [CallAction] = []
  /// The Reason lines of the request that this step takes.
  var reasons: [String] = []

  package init(_ box: CallBox, context: CallContext, now: Now) {
    self.box = box
    self.context = context
    self.now = now
  }

  package var call: Call { _read { yield box.call } }
  var environment: CallEnvironment { context.environment }

  mutating func record(_ event: CallEvent) {
    box.call.apply(event)
    events.append(event)
  }

  mutating func record(_ leg: LegID, _ event: LegEvent) {
    record(.leg(leg, event))
  }

  mutating func perform(_ action: CallAction) {
    actions.append(action)
  }

  mutating func send(
    _ bytes: [UInt8], to flow: Flow, leg: LegID, report reference: TransactionReference? = nil
  ) {
    perform(.send(Transmission(bytes: bytes, flow: flow, leg: leg, reference: reference)))
  }

  /// A new tag, Call-ID or branch for the leg.
  func token(_ leg: LegID) -> String {
    LegToken.make(call.id, leg, &context.random)
  }

  func branch(_ leg: LegID) -> String {
    "z9hG4bK" + token(leg)
  }
}

extension CallStep {
  /// Takes one input. `begin` comes before all others, once.
  package mutating func take(_ input: CallInput) {
    switch input {
    case .routed(let route): follow(route)
    case .request(let request, let leg, let flow): receive(request, on: leg, from: flow)
    case .response(let response, let leg): receive(response, on: leg)
    case .sent(let reference, let leg): noteSent(reference, leg)
    case .transportFailed(let reference, let leg): noteTransportFailure(reference, leg)
    case .deadline: passDeadlines()
    case .mediaReport(let report):
      if call.awaitedReports > 0 { record(.mediaReported(report)) }
    case .mediaProgress(let report, let lastPacket):
      if call.bridge != nil { record(.mediaCounted(report, lastPacket: lastPacket)) }
    case .mediaInactive: mediaFellSilent()
    case .flowRenewed(let leg, let flow): renewFlow(of: leg, to: flow)
    case .located(let leg, let query, let servers): direct(leg, at: query, to: servers)
    case .recovered(let lastHeard): resume(lastHeard: lastHeard)
    case .hangUp(let reason, let status): release(by: .system, status: status, reason: reason)
    }
    recordIfComplete()
  }
}
