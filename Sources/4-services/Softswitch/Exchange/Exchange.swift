import Addressing
import CallControl
import Machines
import MediaControl
import SIP

/// The exchange: takes SIP messages, keeps who is where, connects calls.
///
/// It does no I/O and reads no clock: it is told what arrived and what time it is, and asks its
/// outlet for the rest. Confined to one thread, the event loop that its shards are mapped to.
package final class Exchange {
  package internal(set) var configuration: ExchangeConfiguration
  /// Replaced whole when subscribers change.
  package var directory: SubscriberDirectory
  package internal(set) var counters = ExchangeCounters()
  let switchboard: Switchboard
  var registrar: Registrar
  var authenticator: DigestAuthenticator
  var guesses: GuessLedger
  var throttle: StrangerThrottle
  /// Answers to wrong passwords that leave later.
  var heldAnswers = HeldAnswers()
  var validation: RequestValidation
  /// Of a REGISTER, which may require what the registrar does beside RFC 3261.
  let registrarValidation = RequestValidation(supportedExtensions: ["path", "outbound"])
  unowned let outlet: any ExchangeOutlet
  /// Changes of bindings on their way to the record, with whoever waits for them.
  var heldBindingChanges: [SaveTicket: HeldBindingChange] = [:]
  /// By address with a change on its way: what came meanwhile and is decided after it.
  var waitingBindingRequests: [AddressOfRecord: [BindingRequest]] = [:]
  /// Those of both.
  var heldNames: Set<RegisterName> = []
  /// The last ones that could not be recorded.
  var unrecordedNames: [RegisterName] = []
  var nextTicket: UInt64 = 0
  /// By party: legs that wait for a new connection of its phone.
  var stranded: [String: Set<StrandedLeg>] = [:]
  /// What waits for its change to be on record.
  var heldChanges: [SaveTicket: (_ isOnRecord: Bool) -> Void] = [:]
  var answered = AnsweredRequests()
  var ownRequests = OwnRequests()
  var errands = Agenda<Errand>()
  var notifier = Notifier()
  var publications = PublicationTable()
  var messages = MessageExchange()
  /// How many calls each party has.
  var usage = PartyUsage()
  package let log: CallLog
  /// What calls want done, in order, until the log has what it depends on.
  var held: [HeldAction] = []
  /// Set: calls in progress go on, and nothing new begins.
  package internal(set) var isDraining = false
  /// Names that calls wait for, and servers that were not there.
  var lookups: ServerLookups
  /// Inputs that a step brought about, taken before the next one from outside.
  var pending: [(CallID, CallInput)] = []
  var isSettling = false
  /// The time of the last input: what is due later is counted from it.
  var lastTold: Now
  private let tagSecret: UInt64

  package init(
    configuration: ExchangeConfiguration, directory: SubscriberDirectory, registrar: Registrar,
    authenticator: DigestAuthenticator, log: CallLog, random: Randomness, now: Now,
    outlet: any ExchangeOutlet
  ) {
    var random = random
    self.configuration = configuration
    self.directory = directory
    self.registrar = registrar
    self.authenticator = authenticator
    guesses = GuessLedger(policy: authenticator.policy.guessing)
    throttle = StrangerThrottle(configuration.strangers ?? StrangerPolicy())
    self.log = log
    self.outlet = outlet
    lookups = ServerLookups(health: ServerHealth(policy: configuration.serverHealth))
    tagSecret = random.next()
    lastTold = now
    validation = RequestValidation(supportedExtensions: configuration.supportedExtensions)
    switchboard = Switchboard(
      context: CallContext(
        environment: configuration.calls, random: random, ports: OutletPorts(outlet)),
      maximumCalls: configuration.maximumCalls)
  }

  /// One datagram, or one message cut from a stream.
  package func received(_ bytes: [UInt8], from flow: Flow, now: Now) {
    lastTold = now
    // A listener that was opened this moment is not ours before the settings that name it are.
    guard Int(flow.listener.index) < configuration.calls.listeners.count,
      var message = try? SIPMessage(bytes, limits: configuration.messageLimits)
    else {
      counters.dropped += 1
      return
    }
    if message.isRequest {
      counters.requests += 1
      counters.requestsByMethod[ExchangeCounters.label(of: message.method), default: 0] += 1
      message.stampReceived(from: flow.remote)
      receive(request: message, from: flow, now: now)
    } else {
      counters.responses += 1
      counters.responsesByStatus[message.statusCode, default: 0] += 1
      receive(response: message, from: flow, now: now)
    }
  }

  /// Lets every timer act whose time has come.
  package func timePassed(now: Now) {
    lastTold = now
    while let call = switchboard.nextDue(now.steady) {
      take(.deadline, for: call, now: now)
    }
    expireBindings(now: now)
    runErrands(now: now)
    releaseHeldAnswers(now: now)
  }

  /// When `timePassed` should be called next.
  package var nextDeadline: Instant? {
    let calls = earliest(switchboard.nextDeadline, nextBindingExpiry)
    return earliest(calls, earliest(errands.next, heldAnswers.next))
  }

  package func mediaReported(_ report: MediaReport, for call: CallID, now: Now) {
    take(.mediaReport(report), for: call, now: now)
  }

  /// What a stream that goes on came to so far; for the log.
  package func mediaProgressed(
    _ report: MediaReport, lastPacket: WallTime?, for call: CallID, now: Now
  ) {
    take(.mediaProgress(report, lastPacket: lastPacket), for: call, now: now)
  }

  package func mediaInactive(_ call: CallID, now: Now) {
    take(.mediaInactive, for: call, now: now)
  }

  /// Ends every call: the program is about to stop.
  package func hangUpAll(reason: String, now: Now) {
    for call in switchboard.all.map(\.id) {
      take(.hangUp(reason: reason), for: call, now: now)
    }
  }

  /// Ends one call as an operator wishes. What was decided leaves with the next tick.
  ///
  /// - Returns: the call as it then is; nil if there is none of this name.
  package func hangUp(_ call: CallID, reason: String, now: Now) -> Call? {
    guard switchboard[call] != nil else { return nil }
    lastTold = now
    // The node goes on, so that 503 would be wrong: it makes callers try elsewhere and keep away
    // (RFC 3261 §21.5.4).
    take(.hangUp(reason: reason, status: 480), for: call, now: now)
    return switchboard[call]
  }

  package func call(_ id: CallID) -> Call? { switchboard[id] }
  /// The names of all calls that are held, in no order.
  package var callIDs: [CallID] { switchboard.ids }

  package var callCount: Int { switchboard.count }
  /// With those that are over and still absorb retransmissions.
  package var heldCallCount: Int { switchboard.heldCount }
  package var callTimerCount: Int { switchboard.deadlineCount }
  package var registrationCount: Int { registrar.count }
  package var calls: some Sequence<Call> { switchboard.all }
  /// Calls whose record has not been made, or whose parties have not all heard that it is over.
  package var unfinishedCalls: Int {
    switchboard.all.count { !$0.isRecorded || $0.legs.contains(where: \.isTakingLeave) }
  }

  /// Answers a request without keeping anything of it. The tag is a function of the request, so
  /// that each retransmission gets the same answer (RFC 3261 §8.2.7).
  func answer(
    _ request: SIPMessage, from flow: Flow, status: Int, reason: String? = nil,
    headers: [(HeaderName, String)] = []
  ) {
    guard request.method != .ack else { return }
    if status >= 400 { counters.refused[status, default: 0] += 1 }
    let bytes = answerBytes(request, status: status, reason: reason, headers: headers)
    outlet.send(bytes, to: flow.responding(to: request), receipt: nil)
  }

  func answerBytes(
    _ request: SIPMessage, status: Int, reason: String?, headers: [(HeaderName, String)]
  ) -> [UInt8] {
    var writer = MessageWriter.response(
      to: request, status: status, reason: reason, toTag: statelessTag(request))
    for (name, value) in headers { writer.add(name, value) }
    return writer.finish()
  }

  func statelessTag(_ request: SIPMessage) -> String {
    var hash = tagSecret
    for text in [request.callID, request.fromTag, request.topVia?.branch] {
      for byte in (text ?? "").utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
    }
    return String(hash, radix: 36)
  }
}

extension Exchange {
  /// What the switch does with calls when it cannot write them down.
  package enum UndurablePolicy: String, Sendable, CaseIterable {
    /// New ones get 503; those in progress go on.
    case refuse
    /// They are connected, and a crash would lose them.
    case accept
  }
}

/// Lends the outlet's ports to the calls.
private final class OutletPorts: PortReserve {
  private unowned let outlet: any ExchangeOutlet

  init(_ outlet: any ExchangeOutlet) {
    self.outlet = outlet
  }

  func reserve() -> PortPair? { outlet.reservePorts() }
}
