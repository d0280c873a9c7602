import SIP

// Client-initiated connections: RFC 5626 §6.
extension RegisterRequest {
  /// Takes the `reg-id`s off where outbound does not apply, or refuses.
  ///
  /// It applies to a phone on a connection of ours, where the CRLF keep-alive is answered, and to
  /// one behind an edge proxy that vouches for it with `ob`. It does not apply over UDP without
  /// such a proxy: the keep-alive there is STUN (§4.4.2), which the SIP ports do not answer, and
  /// the phone would take its flow for dead. It then hears no `Require: outbound` and registers
  /// as others do.
  static func withFlows(
    _ contacts: [Contact], of message: SIPMessage, path: [String], over flow: BindingFlow
  ) throws(Refusal) -> [Contact] {
    guard contacts.contains(where: { $0.regID != nil }) else { return contacts }
    let isFirstHop = message.elements(.via).count == 1
    let isPossible = isFirstHop ? flow.transport.isReliable : path.isOfEdgeProxy
    guard isPossible else {
      if !isFirstHop, message.supports("outbound") { throw Refusal(answer: RegisterAnswer(439)) }
      return contacts.map(\.withoutFlow)
    }
    // A `reg-id` without an instance means nothing.
    let flows = contacts.map { $0.instance == nil ? $0.withoutFlow : $0 }
    // One flow at a time, beside whatever is taken away.
    guard flows.allSatisfy({ $0.regID == nil }) || flows.count(where: { $0.expires != 0 }) <= 1
    else { throw Refusal(400, "More Than One Flow") }
    return flows
  }

  /// What a 200 says beside the bindings.
  func answeringHeaders(policy: RegistrarPolicy) -> [HeaderField] {
    var headers = path.map { HeaderField(.path, $0) }
    headers.append(HeaderField(.supported, "path, outbound"))
    guard case .update(let contacts) = wish, supportsOutbound,
      contacts.contains(where: { $0.regID != nil })
    else { return headers }
    headers.append(HeaderField(.require, "outbound"))
    if let timer = policy.flowTimer, isDirect {
      headers.append(HeaderField(.flowTimer, "\(max(1, timer.components.seconds))"))
    }
    return headers
  }
}

extension RegisterRequest.Contact {
  fileprivate var withoutFlow: Self {
    var contact = self
    contact.regID = nil
    return contact
  }
}

extension [String] {
  /// Whether the proxy nearest the phone does outbound. §6 looks at "the first URI", though each
  /// hop puts its own in front (RFC 3327 §5.1), so that the edge proxy's comes last: either is
  /// taken.
  fileprivate var isOfEdgeProxy: Bool {
    [first, last].contains { hop in
      guard case .sip(let uri)? = hop.flatMap({ NameAddress($0)?.uri }) else { return false }
      return uri.parameters.has("ob")
    }
  }
}
