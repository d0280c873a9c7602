import Machines
import MediaControl
import SDP
import SIP

// Session descriptions and the streams behind them. Signalling is blind to codecs: it hands
// descriptions to `MediaControl` and gets descriptions back.
extension CallStep {
  /// What `to` is told when `from` says `body`: the same, with media coming to our ports where
  /// the call is anchored.
  ///
  /// - Returns: nil if the description is unusable or no ports are left.
  mutating func describe(
    _ body: [UInt8], from: LegID, to: LegID, isAnswer: Bool
  ) -> [UInt8]? {
    guard let description = context.read(body)?.description else { return nil }
    let previous = call[from].agreed
    note(body, from: from)
    if isAnswer, let codec = description.firstAudioCodec, codec != call.codec {
      record(.codecChosen(codec))
    }
    guard call.isAnchored else { return body }
    identify(to)
    guard let origin = call[to].local?.identity else { return nil }
    let anchored =
      isAnswer
      ? anchoredAnswer(description, to: to, origin)
      : anchoredOffer(description, after: previous, from: from, to: to, origin)
    return anchored.map { tell(to, $0) }
  }

  /// Whether the caller's offer can be anchored at all, if it has to be.
  var isOfferAcceptable: Bool {
    guard call.isAnchored, let body = call.opening.offer else { return true }
    guard let offer = context.read(body)?.description else { return false }
    return (try? SDPRewriting.portsNeeded(for: offer, at: environment.media)) != nil
  }

  mutating func anchoredOffer(
    _ offer: SessionDescription, after previous: RemoteDescription?, from: LegID, to: LegID,
    _ origin: OriginIdentity
  ) -> SessionDescription? {
    let before = previous.flatMap { context.read($0.body)?.description }
    guard
      let streams = try? SDPRewriting.portsNeeded(
        for: offer, after: before, at: environment.media),
      bindPorts(streams, for: to), bindPorts(streams, for: from)
    else { return nil }
    return SDPRewriting.anchored(
      offer, ports: call[to].ports, at: media(facing: to), origin: origin)
  }

  private func anchoredAnswer(
    _ answer: SessionDescription, to: LegID, _ origin: OriginIdentity
  ) -> SessionDescription? {
    guard let body = call[to].remote?.body, let offer = context.read(body)?.description else {
      return nil
    }
    return try? SDPRewriting.anchored(
      answer, answering: offer, ports: call[to].ports, at: media(facing: to), origin: origin)
  }

  /// Our addresses as a party can use them: of the family of its media, or before it has said where
  /// that is, of its signalling.
  func media(facing leg: LegID, saying streams: [RemoteMedia]? = nil) -> MediaAddressing {
    let named = (streams ?? call[leg].remote?.media)?.lazy.compactMap(\.rtp?.address).first
    return environment.media.facing(isIPv6: (named ?? call[leg].flow.remote.address).isIPv6)
  }

  /// Our `o=` line towards the party is one for the whole call.
  mutating func identify(_ leg: LegID) {
    guard call[leg].local == nil else { return }
    record(leg, .identified(OriginIdentity(using: &context.random)))
  }

  mutating func tell(_ leg: LegID, _ description: SessionDescription) -> [UInt8] {
    let body = (call[leg].local?.stamped(description) ?? description).serialized
    record(leg, .localDescribed(body))
    return body
  }

  /// Keeps what a party said of its media without telling anybody.
  mutating func note(_ body: [UInt8], from leg: LegID) {
    guard let reading = context.read(body) else { return }
    record(leg, .remoteDescribed(RemoteDescription(body: body, media: reading.media)))
  }

  /// Both parties' last descriptions are the session now.
  mutating func agree(_ callee: LegID) {
    record(call.firstParty, .agreed)
    record(callee, .agreed)
  }

  /// A change came to nothing: what was agreed before holds (RFC 3261 §14.1).
  mutating func withdraw(_ leg: LegID, _ peer: LegID) {
    if call[leg].remote != call[leg].agreed { record(leg, .withdrawn) }
    if call[peer].remote != call[peer].agreed { record(peer, .withdrawn) }
  }

  /// One pair of ports for each stream, those that the leg has being kept.
  mutating func bindPorts(_ streams: Int, for leg: LegID) -> Bool {
    guard streams <= environment.media.maximumStreams else { return false }
    var pairs: [PortPair] = []
    while call[leg].ports.count + pairs.count < streams {
      guard let pair = context.ports.reserve() else {
        if !pairs.isEmpty { perform(.releasePorts(pairs)) }
        return false
      }
      pairs.append(pair)
    }
    if !pairs.isEmpty { record(leg, .portsBound(pairs)) }
    return true
  }

  /// Gives a leg's ports back, but not from under a stream: those of a phone whose early media
  /// was heard go when another phone takes its place, or with the call.
  mutating func releasePorts(of leg: LegID) {
    guard !call[leg].ports.isEmpty, call.bridge?.callee != leg else { return }
    perform(.releasePorts(call[leg].ports))
    record(leg, .portsReleased)
  }

  // Streams

  /// Connects the first party's streams with the other one's, in place of whichever it was before.
  mutating func bridge(to leg: LegID) {
    guard call.isAnchored else { return }
    let plans = relayPlans(to: leg)
    guard !plans.isEmpty else { return }
    let before = call.bridge?.callee
    record(.bridged(Bridge(callee: leg, streams: plans.count)))
    perform(.relay(plans))
    if let before, before != leg, !call[before].isInSetup { releasePorts(of: before) }
  }

  private func relayPlans(to leg: LegID) -> [StreamPlan] {
    zip(call[call.firstParty].streamEnds, call[leg].streamEnds).enumerated().map { index, ends in
      StreamPlan(index: index, caller: ends.0, callee: ends.1)
    }
  }

  /// The media plane is new: it is told of the streams again, on the ports that they had.
  mutating func restoreMedia() {
    guard let bridge = call.bridge else { return }
    if let callee = bridge.callee {
      perform(.relay(relayPlans(to: callee)))
    } else {
      serve()
    }
  }

  /// After a re-INVITE: the same streams, with what the parties say now.
  mutating func refreshBridge() {
    if let callee = call.bridge?.callee { bridge(to: callee) }
  }

  mutating func closeMedia() {
    guard let bridge = call.bridge else { return }
    record(.mediaClosed(streams: bridge.streams))
    perform(.closeMedia(streams: bridge.streams))
  }

  /// Requests to the party go to the host of its Contact or first route from now on, or the way
  /// that its last request came.
  mutating func redirectFlow(_ leg: LegID, from source: Flow? = nil) {
    let flow = (source ?? call[leg].flow).toward(URI(call[leg].dialog.nextHop))
    if flow != call[leg].flow {
      record(leg, .flowed(flow))
      // An address stands for itself.
      if call[leg].serverName != nil { record(leg, .serverNamed(nil)) }
    }
    locateNextHop(of: leg)
  }
}

extension Leg {
  var streamEnds: [StreamEnd] {
    ports.enumerated().map { index, pair in
      let media = remote?.media ?? []
      return StreamEnd(
        ports: pair, remote: index < media.count ? media[index] : nil, signalling: flow)
    }
  }
}
