import SIP

extension RegisterRequest {
  /// The hops that requests to the phone have to pass, nearest first (RFC 3327 §5.3).
  ///
  /// A Path aims our requests no further than a contact does, so that whoever may register may
  /// bring one; but a phone that knows nothing of it has to hear that somebody on the way has put
  /// it in, unless the policy is not to care.
  static func path(
    of message: SIPMessage, policy: RegistrarPolicy
  ) throws(Refusal) -> [String] {
    guard message.contains(.path) else { return [] }
    let isWelcome =
      switch policy.path {
      case .always: true
      case .supported: message.supports("path")
      case .never: false
      }
    guard isWelcome else {
      throw Refusal(
        answer: RegisterAnswer(420, headers: [HeaderField(.unsupported, "path")]))
    }
    let hops = message.elements(.path)
    guard !hops.isEmpty, hops.count <= policy.maximumHops else {
      throw Refusal(400, "Path Too Long")
    }
    for hop in hops {
      guard hop.utf8.count <= policy.maximumFieldBytes, hop.utf8.allSatisfy({ $0 >= 0x20 }),
        case .sip(let uri)? = NameAddress(hop)?.uri, !uri.isSecure
      else { throw Refusal(400, "Unusable Path") }
    }
    return hops
  }
}

extension SIPMessage {
  /// Whether Supported names an option tag.
  func supports(_ tag: String) -> Bool {
    contains(.supported) && elements(.supported).contains { $0.lowercased() == tag }
  }
}
