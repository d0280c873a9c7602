import Audio
import Machines
import MediaControl
import SDP
import SIP

/// Before the first frame, for the caller to be there when it comes: a phone opens its sound when
/// the answer arrives.
private let programmeLead = Duration.milliseconds(200)
/// After the last frame, for what waits in the caller's jitter buffer to be heard.
private let programmeTail = Duration.milliseconds(200)

// Services: the switch is the other party.
extension CallStep {
  /// Answers the call; what is played begins with it. Nothing is played by the echo test.
  mutating func answer(as answerer: Call.Answerer, playing service: PlayedService?) {
    guard let cSeq = call.caller.receivedInvites.first(where: \.isPending)?.cSeq else { return }
    guard let offer = call.opening.offer else {
      return conclude(CallFailure(status: 488, reason: "Offer Required", party: ""))
    }
    record(.anchored)
    guard let body = ownAnswer(to: offer, service == nil ? .anyCodec : .g711) else {
      return conclude(CallFailure(status: 488, reason: nil, party: ""))
    }
    record(.answered(by: answerer, now, until: now.steady + environment.longestCall))
    if let service { record(.programmed(programme(of: service))) }
    record(.caller, .staged(.answered))
    accept(.caller, invite: cSeq, body: body)
    startService()
  }

  /// Tells the caller in words why the call fails, before it does: early media that the switch
  /// makes itself (RFC 3960 §3). A caller who cannot hear it learns of the failure at once.
  mutating func announce(_ service: PlayedService, before failure: CallFailure) {
    guard service.length != nil, let offer = call.opening.offer,
      let cSeq = call.caller.receivedInvites.first(where: \.isPending)?.cSeq
    else { return conclude(failure) }
    // Nobody is rung, so that what is left to do is to fail.
    record(.routed(groups: [], isAnchored: true))
    record(.failed(failure))
    guard let body = ownAnswer(to: offer, .g711) else { return conclude(failure) }
    record(.programmed(programme(of: service)))
    respond(
      .caller, invite: cSeq, status: 183, toTag: call.caller.dialog.localTag, body: body)
    startService()
  }

  /// A re-INVITE to a service.
  mutating func serviceModified(_ cSeq: UInt32, _ offer: [UInt8]?) {
    guard let offer, let body = serviceAnswer(to: offer) else {
      return reject(.caller, invite: cSeq, status: 488)
    }
    accept(.caller, invite: cSeq, body: body)
    startService()
  }

  /// What a service says to a caller who changes the session.
  mutating func serviceAnswer(to offer: [UInt8]) -> [UInt8]? {
    ownAnswer(to: offer, call.programme == nil ? .anyCodec : .g711)
  }

  /// All has been heard.
  mutating func programmeEnded() {
    switch call.stage {
    case .talking:
      release(
        by: .system, status: 200, reason: ReasonPhrase.standard(200),
        note: "what was played has ended")
    case .dialling:
      dialNextGroup()
    case .routing, .rerouting, .releasing:
      break
    }
  }

  private func programme(of service: PlayedService) -> CallProgramme {
    let start = Now(steady: now.steady + programmeLead, wall: now.wall + programmeLead)
    let numbers = context.random.next()
    return CallProgramme(
      service: service.name, start: start,
      end: service.length.map { start.steady + $0 + programmeTail },
      synchronizationSource: UInt32(truncatingIfNeeded: numbers >> 32),
      sequenceNumber: UInt16(truncatingIfNeeded: numbers),
      timestamp: UInt32(truncatingIfNeeded: context.random.next()))
  }

  private mutating func ownAnswer(to offer: [UInt8], _ policy: AnswerPolicy) -> [UInt8]? {
    let previous = call.caller.agreed.flatMap { context.read($0.body)?.description }
    guard let description = context.read(offer)?.description,
      let streams = try? SDPRewriting.portsNeeded(
        for: description, after: previous, at: environment.media),
      bindPorts(streams, for: .caller)
    else { return nil }
    identify(.caller)
    guard let origin = call.caller.local?.identity else { return nil }
    let address = media(facing: .caller, saying: RemoteMedia.streams(of: description)).advertised
    let answer = description.answer(
      origin: origin.origin(at: address), address: address, ports: call.caller.ports.map(\.rtp),
      policy: policy)
    guard let codec = answer.firstAudioCodec else { return nil }
    note(offer, from: .caller)
    record(.caller, .agreed)
    record(.codecChosen(codec))
    return tell(.caller, answer)
  }

  mutating func startService() {
    record(.bridged(Bridge(callee: nil, streams: call.caller.ports.count)))
    serve()
  }

  /// The caller's streams are told what they carry.
  mutating func serve() {
    let ends = call.caller.streamEnds
    guard let programme = call.programme else {
      return perform(
        .echo(
          ends.enumerated().map { index, end in
            StreamPlan(index: index, caller: end, callee: nil)
          }))
    }
    // What we said is what we send.
    let answer = call.caller.local?.lastSent.flatMap { context.read($0)?.description }
    let media = answer?.media ?? []
    perform(
      .play(
        programme,
        ends.enumerated().map { index, end in
          let format = index < media.count ? media[index].playFormat : nil
          return PlayPlan(index: index, caller: end, format: format)
        }))
  }
}

extension MediaDescription {
  /// How a live stream of G.711 is to be fed.
  fileprivate var playFormat: PlayFormat? {
    guard !isRejected, kind == "audio" else { return nil }
    for map in rtpMaps where map.clockRate == 8000 && map.channels == 1 {
      if map.isEncoding("PCMU") { return PlayFormat(law: .mu, payloadType: map.payloadType) }
      if map.isEncoding("PCMA") { return PlayFormat(law: .a, payloadType: map.payloadType) }
    }
    return nil
  }
}
