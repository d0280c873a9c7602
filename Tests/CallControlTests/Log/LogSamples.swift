import Addressing
import Machines
import MediaControl
import SIP

@testable import CallControl

/// A value of every case that the call log can hold, with every kind of field filled and empty.
enum LogSamples {
  static let now = Now(
    steady: Instant(nanoseconds: 1_769_860_800_123_456_789),
    wall: WallTime(nanoseconds: 1_769_860_800_123_450_000))
  static let soon = now.steady + .milliseconds(500)
  static let later = now.steady + .nanoseconds(32_000_000_017)
  static let wall = WallTime(nanoseconds: now.wall.nanoseconds - 2_500_000_000)
  static let half = Duration.milliseconds(500)
  static let octets: [UInt8] = Array("SIP/2.0 100 Trying\r\n\r\n".utf8)

  static let udp = Flow(
    transport: .udp, listener: ListenerID(0), remote: IPEndpoint(.v4(0xC000_0201), 5060))
  static let tls = Flow(
    transport: .tls, listener: ListenerID(4),
    remote: IPEndpoint(.v6(0x2001_0DB8 << 32, 9), 5061), connection: ConnectionID(70))
  static let tcp = Flow(
    transport: .tcp, listener: ListenerID(3),
    remote: IPEndpoint(.v6(0x2001_0DB8_0000_0000, 1), 65_535),
    connection: ConnectionID(.max))
  static let call = CallID(shard: Shard(1023), number: 0xFEDC_BA98_7654_3210)

  static let timers = TransactionTimers(
    t1: .milliseconds(100), t2: .seconds(2), t4: .nanoseconds(1), c: .seconds(181))
  static let quick = TransactionSettings(timers: timers, isReliable: true)
  static let impatient = TransactionSettings(
    timers: .standard, isReliable: false, patience: .seconds(4))
  static let usual = TransactionSettings(timers: .standard, isReliable: false)

  static let dialog = Dialog(
    callID: "call-1@älice", localTag: "ours", remoteTag: "theirs",
    localAddress: "<sip:bob@example.test>", remoteAddress: "\"A\" <sip:alice@example.test>",
    remoteTarget: "sip:alice@192.0.2.1", routeSet: ["<sip:a;lr>", "<sip:b>"],
    localCSeq: .max, remoteCSeq: 7)
  static let template = ResponseTemplate(
    restoringLines: octets, recordRoutes: [], to: "<sip:bob@example.test>", hasToTag: false,
    flow: tcp)

  static func leg(_ index: UInt8, _ role: Leg.Role) -> Leg {
    Leg(
      id: LegID(index), role: role, party: "alice@example.test", contact: "sip:198.51.100.1",
      openedAt: wall, dialog: dialog, flow: udp, isStray: index == 2)
  }

  static let opening = CallOpening(
    id: call, time: now.wall, dialled: "sip:bob@example.test", subscriber: "alice@example.test",
    maxForwards: 69, caller: leg(0, .caller), offer: octets, callerIsBehindNAT: true,
    passedOn: [
      PassedHeader(name: .subject, value: "Lunch"),
      PassedHeader(name: HeaderName("X-Own"), value: ""),
    ])
  static let anonymous = CallOpening(
    id: CallID(shard: Shard(0), number: 0), time: wall, dialled: "", subscriber: nil,
    maxForwards: 0, caller: leg(0, .caller), offer: nil, callerIsBehindNAT: false, passedOn: [])

  static let programme = CallProgramme(
    service: "announcement 9198", start: now, end: later, synchronizationSource: .max,
    sequenceNumber: .max, timestamp: 0)
  static let endless = CallProgramme(
    service: "", start: now, end: nil, synchronizationSource: 0, sequenceNumber: 0,
    timestamp: .max)
  static let quality = MediaQuality(packets: 15_000, octets: 2_400_000, lost: -3, jitter: 1.25)
  static let report = MediaReport(stream: 2, fromCaller: quality, fromCallee: MediaQuality())
  static let remote = RemoteDescription(
    body: octets,
    media: [
      RemoteMedia(
        rtp: IPEndpoint(.v4(1), 4000), rtcp: nil, sends: true, receives: false, isRTP: true),
      RemoteMedia(rtp: nil, rtcp: nil, sends: false, receives: false, isRTP: false),
    ])
}

extension LogSamples {
  static let inviteServers: [InviteServerTransaction.State] = [
    .proceeding(provisional: nil), .proceeding(provisional: octets), .accepted(l: nil),
    .accepted(l: later), .completed(response: octets, g: soon, interval: half, h: later),
    .completed(response: [], g: nil, interval: half, h: nil), .confirmed(i: soon), .terminated,
  ]
  static let inviteClients: [InviteClientTransaction.State] = [
    .created(request: octets), .calling(request: octets, a: soon, interval: half, b: later),
    .calling(request: octets, a: nil, interval: half, b: later), .proceeding(c: later),
    .completed(acknowledgement: octets, d: later), .accepted(m: later), .terminated,
  ]
  static let clients: [NonInviteClientTransaction.State] = [
    .created(request: octets), .trying(request: octets, e: soon, interval: half, f: later),
    .proceeding(request: octets, e: nil, f: later), .completed(k: soon), .terminated,
  ]
  static let servers: [NonInviteServerTransaction.State] = [
    .trying, .proceeding(provisional: octets), .completed(response: octets, j: nil),
    .completed(response: octets, j: later), .terminated,
  ]
  static let deliveries: [AnswerDelivery.State] = [
    .created(response: octets),
    .waiting(response: octets, retry: soon, interval: half, end: later), .acknowledged, .abandoned,
  ]

  static let deliveryEvents: [AnswerDelivery.Event] = [
    .sent(retry: soon, interval: half, end: later), .retransmitted(retry: soon, interval: half),
    .acknowledged, .abandoned,
  ]
  static let inviteServerEvents: [InviteServerTransaction.Event] = [
    .responded(provisional: octets), .accepted, .rejected(response: octets),
    .sentRejection(g: soon, interval: half, h: later), .sentAcceptance(l: later),
    .retransmitted(g: soon, interval: half), .confirmed(i: nil), .confirmed(i: soon), .terminated,
  ]
  static let inviteClientEvents: [InviteClientTransaction.Event] = [
    .sent(a: nil, interval: half, b: later), .sent(a: soon, interval: half, b: later),
    .retransmitted(a: soon, interval: half), .proceeded(c: later), .accepted(m: later),
    .rejected(acknowledgement: octets, d: nil), .rejected(acknowledgement: octets, d: later),
    .terminated,
  ]
  static let clientEvents: [NonInviteClientTransaction.Event] = [
    .sent(e: soon, interval: half, f: later), .retransmitted(e: soon, interval: half),
    .proceeded(e: nil, f: later), .completed(k: nil), .completed(k: soon), .terminated,
  ]
  static let serverEvents: [NonInviteServerTransaction.Event] = [
    .responded(provisional: octets), .finished(response: octets), .sent(j: nil), .sent(j: later),
    .terminated,
  ]
}

extension LogSamples {
  static func received(
    _ state: InviteServerTransaction.State, _ delivery: AnswerDelivery?
  ) -> ReceivedInvite {
    ReceivedInvite(
      cSeq: 1, branch: "z9hG4bKa", template: template, hasOffer: true,
      transaction: InviteServerTransaction(restoring: state, settings: usual), delivery: delivery)
  }

  static func sent(
    _ state: InviteClientTransaction.State, _ settings: TransactionSettings = quick
  ) -> SentInvite {
    SentInvite(
      cSeq: 2, branch: "z9hG4bKb", requestURI: "sip:bob@192.0.2.10", to: "<sip:bob@example.test>",
      routes: ["<sip:a;lr>"], flow: udp, hasOffer: false,
      transaction: InviteClientTransaction(restoring: state, settings: settings), isUnwanted: true,
      acknowledgement: octets)
  }

  static func request(
    _ state: NonInviteClientTransaction.State, _ method: SIPMethod, _ purpose: RequestPurpose
  ) -> SentRequest {
    SentRequest(
      method: method, cSeq: 3, branch: "z9hG4bKc", flow: tcp, purpose: purpose,
      transaction: NonInviteClientTransaction(restoring: state, settings: usual))
  }

  static func received(
    _ state: NonInviteServerTransaction.State, _ method: SIPMethod
  ) -> ReceivedRequest {
    ReceivedRequest(
      method: method, cSeq: 4, branch: "", template: template,
      transaction: NonInviteServerTransaction(restoring: state, settings: quick))
  }

  static let methods: [SIPMethod] = [
    .invite, .ack, .bye, .cancel, .options, .register, .info, .update, .prack, .message,
    .subscribe, .notify, .refer, .publish, .none, SIPMethod("PING"),
  ]

  static let legEvents: [LegEvent] =
    [
      .staged(.inviting), .staged(.ringing), .staged(.answered), .staged(.confirmed),
      .staged(.cancelling(until: nil)), .staged(.cancelling(until: later)), .staged(.hangingUp),
      .staged(.ended), .rang(wall),
      .sessionTimed(nil), .sessionTimed(timer), .minimumRaised(.max),
      .learned(.update), .learned([]),
      .concluded(LegOutcome(time: now, status: 487, reason: "Request Terminated")),
      .tagged(callee: LegID(250), tag: "t"),
      .established(remoteTag: "t", remoteTarget: nil, routeSet: []),
      .established(remoteTag: "t", remoteTarget: "sip:c", routeSet: ["<sip:a;lr>"]),
      .settled(localTag: "l"), .targetRefreshed("sip:d"), .flowed(tls), .flowed(udp),
      .alternativesFound([udp, tcp]), .movedOn(udp), .alternativesFound([]),
      .serverNamed("pbx.example.net"), .serverNamed(nil),
      .advancedLocal(cSeq: 0), .advancedRemote(cSeq: .max),
      .provisionalTaken(branch: "z9hG4bKb", receipt),
      .provisionalTaken(
        branch: "b", ReliableReceipt(tag: "", number: .max, awaitsAnswer: false)),
      .inviteUnwanted(branch: "b"), .acknowledged(branch: "b", acknowledgement: octets),
      .portsBound([PortPair(rtp: 20_000), PortPair(rtp: 65_534)]), .portsReleased,
      .remoteDescribed(remote), .agreed, .withdrawn,
      .identified(OriginIdentity(sessionID: .max >> 2, version: 3)), .localDescribed(octets),
    ] + transactionEvents

  static let transactionEvents: [LegEvent] =
    inviteServers.map { .inviteReceived(received($0, nil)) }
    + deliveries.map {
      .inviteReceived(received(.terminated, AnswerDelivery(restoring: $0, timers: timers)))
    }
    + deliveries.map {
      .answered(cSeq: 1, delivery: AnswerDelivery(restoring: $0, timers: .standard))
    }
    + inviteClients.map { .inviteSent(sent($0)) }
    + inviteClients.map { .inviteSent(sent($0, impatient)) }
    + clients.map { .requestSent(request($0, .bye, .bye)) }
    + [.requestSent(request(.terminated, .cancel, .cancel))]
    + [.requestSent(request(.terminated, .prack, .acknowledgement))]
    + [.requestSent(request(.created(request: octets), .update, .refresh))]
    + [.inviteReceived(timedInvite), .requestReceived(timedUpdate)]
    + [.inviteReceived(reliableInvite), .inviteSent(sentWithReceipt)]
    + reliableEvents.map { .reliable(cSeq: 1, $0) }
    + methods.map { .requestSent(request(.terminated, $0, .relayed(for: LegID(1), cSeq: 9))) }
    + servers.map { .requestReceived(received($0, .info)) }
    + deliveryEvents.map { .delivery(cSeq: 1, $0) }
    + inviteServerEvents.map { .inviteServer(cSeq: 1, $0) }
    + inviteClientEvents.map { .inviteClient(branch: "b", $0) }
    + clientEvents.map { .client(branch: "b", $0) }
    + serverEvents.map { .server(cSeq: 4, method: .bye, $0) }

  static let callEvents: [CallEvent] =
    [
      .opened(opening), .opened(anonymous),
      .routed(
        groups: [
          [CallTarget(uri: "sip:b@c", flow: tcp, party: "b@example.test", isBehindNAT: true)], [],
          [
            CallTarget(
              uri: "sip:b@c", flow: udp, party: "", isBehindNAT: false, alternatives: [tcp]),
            CallTarget(
              uri: "sips:b@c", flow: tls, party: "", isBehindNAT: false,
              routeSet: ["<sip:p1;lr>"], alternatives: [], serverName: "c.example"),
          ],
        ], isAnchored: true),
      .routed(
        groups: [
          [
            CallTarget(
              uri: "sip:b@c", flow: tcp, party: "b@example.test", isBehindNAT: false,
              routeSet: ["<sip:p1;lr>", "<sip:p2;lr>"],
              spares: [SpareFlow(uri: "sip:b@d", flow: udp, routeSet: ["<sip:p3;lr>"])])
          ]
        ], isAnchored: false),
      .legOpened(
        Leg(
          id: LegID(2), role: .callee, party: "b@example.test", contact: "sip:h", openedAt: wall,
          dialog: leg(2, .callee).dialog, flow: tcp,
          spares: [SpareFlow(uri: "sip:b@d", flow: udp)])),
      .legOpened(
        Leg(
          id: LegID(2), role: .callee, party: "c@example.test", contact: "sip:h", openedAt: wall,
          dialog: leg(2, .callee).dialog, flow: tcp, referrer: LegID(1))),
      .transferring(transfer), .transferring(nil),
      .joined(Joining(first: .caller, second: LegID(2), referrer: LegID(1), time: now)),
      .reoffering(Reoffer(leg: .caller, time: later)), .reoffering(nil),
      .groupDialled(ringDeadline: later), .legOpened(leg(2, .callee)), .rang(LegID(1), wall),
      .answered(by: .leg(LegID(1)), now, until: later), .answered(by: .echo, now, until: soon),
      .answered(by: .service("milliwatt 9197"), now, until: later), .programmed(programme),
      .programmed(endless),
      .failed(CallFailure(status: 486, reason: nil, party: "b@example.test")),
      .failed(CallFailure(status: 503, reason: "No Media Ports", party: "")),
      .codecChosen("PCMU/8000"), .anchored, .bridged(Bridge(callee: LegID(1), streams: 2)),
      .bridged(Bridge(callee: nil, streams: 1)),
      .released(CallRelease(time: now, by: .caller, status: 200, reason: "OK", note: nil)),
      .released(CallRelease(time: now, by: .callee, status: 200, reason: "OK", note: "late")),
      .released(CallRelease(time: now, by: .system, status: 408, reason: "", note: "")),
      .mediaClosed(streams: 8), .mediaReported(report), .mediaCounted(report, lastPacket: wall),
      .mediaCounted(report, lastPacket: nil),
      .resumed(Resumption(time: now, lastHeard: wall)), .recorded, .searchLimited(until: later),
      .redirected(contacts: ["sip:c@example.test", "tel:+1"]),
      .rerouting(RouteInquiry(reason: nil)),
      .rerouting(RouteInquiry(reason: .deflection, contacts: ["sip:c@example.test"])),
    ] + DiversionReason.allCases.map { .diverted(diversion($0)) }
    + legEvents.map { .leg(LegID(1), $0) }

  static var transfer: Transfer {
    var transfer = Transfer(
      referrer: LegID(1), transferee: .caller, target: "sip:c@example.test", referNumber: 7,
      isNotifying: true)
    transfer.isRouting = false
    transfer.untried = [
      [CallTarget(uri: "sip:c@d", flow: udp, party: "c@example.test", isBehindNAT: true)]
    ]
    transfer.ringDeadline = later
    transfer.failure = CallFailure(status: 486, reason: nil, party: "c@example.test")
    transfer.toldStatus = 180
    return transfer
  }

  static func diversion(_ reason: DiversionReason) -> Diversion {
    Diversion(from: "b@example.test", to: "sip:c@example.test", reason: reason, time: wall)
  }

  static let causes: [CallCause] =
    [
      .response(leg: LegID(1), status: 180, method: .invite, cSeq: 1, reason: nil),
      .response(leg: LegID(1), status: 486, method: .invite, cSeq: 1, reason: "Gone fishing"),
      .sent(leg: .caller), .transportFailed(leg: LegID(2)), .deadline, .routed, .media,
      .operatorRequest, .recovery, .snapshot, .flowRenewed(leg: LegID(1)),
      .located(leg: LegID(1)),
    ] + methods.map { .request(leg: .caller, method: $0, cSeq: 70_000) }
}
