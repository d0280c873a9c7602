import Addressing
import Machines
import MediaControl
import SIP

extension CallOpening {
  /// Reads a first INVITE that validation has found well formed.
  ///
  /// - Returns: nil without a usable Contact, which an INVITE must have (RFC 3261 §8.1.1.8).
  init?(
    _ invite: SIPMessage, id: CallID, identity: CallerIdentity, source: Flow,
    context: CallContext, now: Now
  ) {
    guard let callID = invite.callID, let cSeq = invite.cSeq, var from = invite.from,
      var to = invite.to, let contact = invite.contacts.first
    else { return nil }
    let fromTag = from.tag ?? ""
    from.parameters.remove("tag")
    to.parameters.remove("tag")
    let dialog = Dialog(
      callID: callID, localTag: LegToken.make(id, .caller, &context.random), remoteTag: fromTag,
      localAddress: to.text, remoteAddress: from.text, remoteTarget: contact.uri.text,
      routeSet: invite.recordRoutes.map(\.text), localCSeq: 0, remoteCSeq: cSeq.number)
    let nextHop = URI(dialog.nextHop)
    let offer = sessionDescription(of: invite)
    self.init(
      id: id, time: now.wall, dialled: invite.requestURIText, subscriber: identity.subscriber,
      maxForwards: invite.maxForwards ?? 70,
      caller: Leg(
        id: .caller, role: .caller, party: identity.subscriber ?? from.uri.text,
        contact: context.environment.listener(of: source)
          .contact(beside: invite.recordRoutes.first?.uri.text ?? invite.requestURIText),
        openedAt: now.wall, dialog: dialog, flow: source.toward(nextHop)),
      offer: offer, callerIsBehindNAT: isBehindNAT(contact, offer, source, context),
      passedOn: passedHeaders(of: invite) + history(of: invite, from: identity)
        + identity.identityHeaders(of: invite))
  }
}

extension CallerIdentity {
  fileprivate var subscriber: String? {
    switch self {
    case .subscriber(let address): address
    case .trusted: nil
    }
  }
}

private func isBehindNAT(
  _ contact: NameAddress, _ offer: [UInt8]?, _ source: Flow, _ context: CallContext
) -> Bool {
  var contactHost: IPAddress?
  if case .sip(let uri) = contact.uri { contactHost = uri.hostAddress }
  let media = offer.flatMap { context.read($0)?.media }
  return NATDetection.needsAnchor(
    contactHost: contactHost, sdpAddress: media?.first?.rtp?.address,
    source: source.remote.address)
}

/// The message's session description, if it carries one.
func sessionDescription(of message: SIPMessage) -> [UInt8]? {
  guard !message.body.isEmpty, let type = message.contentType else { return nil }
  let essence = type.prefix { $0 != ";" && $0 != " " }
  if essence.lowercased() == sdpContentType { return Array(message.body) }
  guard essence.lowercased().hasPrefix("multipart/") else { return nil }
  return MultipartBody(message.body, contentType: type)?.first(sdpContentType).map { Array($0) }
}

private let passedNames: [HeaderName] = [
  .subject, .alertInfo, HeaderName("Priority"), HeaderName("Organization"),
  HeaderName("Call-Info"), HeaderName("User-to-User"), privacyHeader,
]

private func passedHeaders(of invite: SIPMessage) -> [PassedHeader] {
  passedNames.flatMap { name in
    invite.rows(name).map { PassedHeader(name: name, value: $0) }
  }
}

/// The most of either header that a peer may tell of where a call has been.
private let maximumHistory = 16

/// Where the call has been, as far as a trusted peer says so: a subscriber's word for it is not
/// passed on.
private func history(of invite: SIPMessage, from identity: CallerIdentity) -> [PassedHeader] {
  guard identity == .trusted else { return [] }
  return [historyHeader, diversionHeader].flatMap { name in
    invite.elements(name).prefix(maximumHistory).filter { NameAddress($0) != nil }
      .map { PassedHeader(name: name, value: $0) }
  }
}
