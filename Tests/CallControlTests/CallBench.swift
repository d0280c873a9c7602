import Addressing
import CallControl
import Machines
import MediaControl
import SIP
import Testing

/// A switchboard on a bench: parties written by hand, time by the millisecond, and after every
/// step the call's events are folded again from its opening and compared with the live call.
final class CallBench {
  let switchboard: Switchboard
  let pool = CountingPorts()
  var route: (CallOpening) -> CallRoute
  /// Where a call goes when all phones have failed.
  var reroute: (Call) -> CallRoute = { _ in .exhausted }
  /// Where a transfer goes.
  var refer: (Transfer) -> CallRoute = { _ in .targets([[CallBench.target(7)]]) }
  var time: Int64 = 0
  /// Off: the media plane's reports are kept back.
  var answersMedia = true
  let identity: CallerIdentity
  /// Where names lead.
  var names: [String: [ServerTarget]] = [:]
  /// Servers that were not there, with the pause that they asked for.
  private(set) var failures: [(flow: Flow, pause: Duration?)] = []
  private(set) var records: [CallRecord] = []
  private(set) var plans: [[StreamPlan]] = []
  private(set) var echoes: [[StreamPlan]] = []
  private(set) var played: [(programme: CallProgramme, plans: [PlayPlan])] = []
  private(set) var openStreams = 0
  /// The log's side of it: the same after every step, by way of its bytes.
  private let witness = CallLogWitness()
  private var histories: [CallID: [CallEvent]] = [:]
  private var outbox: [Sent] = []

  struct Sent {
    let message: SIPMessage
    let flow: Flow
  }

  static let caller = Flow(
    transport: .udp, listener: ListenerID(0), remote: IPEndpoint("192.0.2.1:5060")!)
  static func phone(_ number: Int) -> Flow {
    Flow(
      transport: .udp, listener: ListenerID(0), remote: IPEndpoint("192.0.2.\(10 + number):5060")!)
  }

  init(
    anchoring: AnchoringPolicy = .always, sessionTimers: SessionTimerPolicy? = nil,
    trusted: [IPNetwork] = [], identity: CallerIdentity = .trusted,
    ringTimeout: Duration = .seconds(60), ports: Int = 100,
    route: ((CallOpening) -> CallRoute)? = nil
  ) {
    let environment = CallEnvironment(
      nodeName: "a1", userAgent: "Tandem", timers: .standard, ringTimeout: ringTimeout,
      longestCall: .seconds(86_400), maximumLegs: 32,
      listeners: [
        ListenerAddress(transport: .udp, visible: IPEndpoint("198.51.100.1:5060")!),
        ListenerAddress(transport: .udp, visible: IPEndpoint("[2001:db8::1]:5060")!),
        ListenerAddress(transport: .tcp, visible: IPEndpoint("198.51.100.1:5060")!),
      ],
      anchoring: anchoring,
      media: MediaAddressing(
        advertised: IPAddress("198.51.100.1")!, other: IPAddress("2001:db8::1")!),
      trusted: trusted, sessionTimers: sessionTimers)
    self.identity = identity
    pool.free = ports
    switchboard = Switchboard(
      context: CallContext(environment: environment, random: .seeded(1), ports: pool),
      maximumCalls: 100)
    self.route = route ?? { _ in .targets([[CallBench.target(0)]]) }
  }

  static func target(_ number: Int) -> CallTarget {
    CallTarget(
      uri: "sip:bob@192.0.2.\(10 + number)", flow: phone(number),
      party: "bob\(number)@example.test",
      isBehindNAT: false)
  }

  var now: Now { .milliseconds(time) }

  /// The call, where there is one alone.
  var onlyCallID: CallID? { histories.count == 1 ? histories.keys.first : nil }

  /// Hands a message to the switch and answers what it sent because of it.
  @discardableResult
  func deliver(_ bytes: [UInt8], from flow: Flow) throws -> [Sent] {
    var message = try SIPMessage(bytes)
    outbox = []
    if message.isRequest {
      message.stampReceived(from: flow.remote)
      switch switchboard.match(message) {
      case .leg(let call, let leg):
        run(switchboard.take(.request(message, leg: leg, flow: flow), for: call, now: now))
      case .unknown where message.method == .invite && message.toTag == nil:
        run(switchboard.open(message, identity: identity, source: flow, now: now))
      case .unknown, .merged, .loop:
        break
      }
    } else if let (call, leg) = switchboard.match(response: message) {
      run(switchboard.take(.response(message, leg: leg), for: call, now: now))
    }
    return outbox
  }

  /// Lets time pass, waking calls at their deadlines.
  @discardableResult
  func advance(to end: Int64) -> [Sent] {
    outbox = []
    while let deadline = switchboard.nextDeadline?.milliseconds, deadline <= end {
      time = max(time, deadline)
      while let call = switchboard.nextDue(now.steady) {
        run(switchboard.take(.deadline, for: call, now: now))
      }
    }
    time = max(time, end)
    return outbox
  }

  @discardableResult
  func take(_ input: CallInput, for call: CallID) -> [Sent] {
    outbox = []
    run(switchboard.take(input, for: call, now: now))
    return outbox
  }

  private func run(_ step: Switchboard.Step?) {
    guard let step else { return }
    check(step)
    var reports: [CallInput] = []
    for action in step.actions {
      switch action {
      case .send(let transmission):
        guard let message = try? SIPMessage(transmission.bytes) else {
          Issue.record("an unreadable message was sent")
          continue
        }
        outbox.append(Sent(message: message, flow: transmission.flow))
        if let reference = transmission.reference {
          reports.append(.sent(reference, leg: transmission.leg))
        }
      case .route:
        guard let call = switchboard[step.call] else { continue }
        if let transfer = call.transfer {
          reports.append(.routed(refer(transfer)))
        } else if case .rerouting = call.stage {
          reports.append(.routed(reroute(call)))
        } else {
          reports.append(.routed(route(call.opening)))
        }
      case .locate(let leg, let query):
        if let servers = names[query.host] {
          reports.append(.located(leg, query, servers))
        }
      case .noteFailure(let flow, let pause): failures.append((flow, pause))
      case .relay(let streams):
        plans.append(streams)
        openStreams = streams.count
      case .echo(let streams):
        echoes.append(streams)
        openStreams = streams.count
      case .play(let programme, let streams):
        played.append((programme, streams))
        openStreams = streams.count
      case .closeMedia(let streams):
        openStreams -= streams
        if answersMedia {
          for index in 0..<streams {
            let quality = MediaQuality(packets: 100, octets: 16_000, lost: 1, jitter: 2)
            reports.append(
              .mediaReport(
                MediaReport(stream: index, fromCaller: quality, fromCallee: quality)))
          }
        }
      case .releasePorts(let pairs): pool.release(pairs)
      case .record(let made): records += made
      }
    }
    for report in reports { run(switchboard.take(report, for: step.call, now: now)) }
  }

  private func check(_ step: Switchboard.Step) {
    histories[step.call, default: []] += step.events
    #expect(throws: Never.self) { try witness.note(step, live: switchboard[step.call]) }
    guard let live = switchboard[step.call], let events = histories[step.call],
      case .opened(let opening)? = events.first
    else { return }
    var folded = Call(opening: opening)
    for event in events { folded.apply(event) }
    #expect(folded == live, "the fold of the events is the call")
  }

  var onlyCall: Call? {
    let calls = Array(switchboard.all)
    return calls.count == 1 ? calls[0] : nil
  }

  /// Everything that a call may hold has been given back.
  func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) {
    advance(to: time + 300_000)
    #expect(switchboard.count == 0, "no call is counted", sourceLocation: sourceLocation)
    #expect(switchboard.heldCount == 0, "no call is left", sourceLocation: sourceLocation)
    #expect(pool.taken.isEmpty, "no port is left", sourceLocation: sourceLocation)
    #expect(openStreams == 0, "no stream is left", sourceLocation: sourceLocation)
    #expect(switchboard.nextDeadline == nil, "no timer is left", sourceLocation: sourceLocation)
  }
}

/// A port pool that notices what is not given back.
final class CountingPorts: PortReserve {
  var free = 100
  private var next: UInt16 = 20_000
  private(set) var taken: Set<PortPair> = []

  func reserve() -> PortPair? {
    guard taken.count < free else { return nil }
    let pair = PortPair(rtp: next)
    next += 2
    taken.insert(pair)
    return pair
  }

  func release(_ pairs: [PortPair]) {
    for pair in pairs {
      #expect(taken.remove(pair) != nil, "a port is given back once")
    }
  }
}

extension Now {
  static func milliseconds(_ time: Int64) -> Now {
    Now(
      steady: Instant(nanoseconds: time * 1_000_000), wall: WallTime(nanoseconds: time * 1_000_000))
  }
}

extension Instant {
  var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
