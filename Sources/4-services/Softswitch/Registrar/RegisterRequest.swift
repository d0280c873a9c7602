import SIP

/// What a REGISTER asks for, read whole before anything is decided, because it is granted whole
/// or not at all (RFC 3261 §10.3).
struct RegisterRequest {
  struct Contact {
    var uri: SIPURI
    var q: Double
    /// The interval asked for in seconds; nil leaves it to the registrar.
    var expires: UInt32?
    var instance: String?
    /// Which of the phone's flows it is; nil where outbound does not apply.
    var regID: UInt32?
  }

  enum Wish {
    case fetch
    case update([Contact])
    /// `Contact: *`.
    case removeAll
  }

  /// Why a request cannot be granted, whatever the bindings are.
  struct Refusal: Error {
    var answer: RegisterAnswer
  }

  let callID: String
  let cseq: UInt32
  let userAgent: String?
  let path: [String]
  let supportsOutbound: Bool
  /// No proxy stands between the phone and us.
  let isDirect: Bool
  let wish: Wish

  init(
    _ message: SIPMessage, over flow: BindingFlow, policy: RegistrarPolicy
  ) throws(Refusal) {
    guard let callID = message.callID, let cseq = message.cSeq?.number else {
      throw Refusal(400, "Missing Call-ID or CSeq")
    }
    guard callID.utf8.count <= policy.maximumFieldBytes else {
      throw Refusal(400, "Call-ID Too Long")
    }
    self.callID = callID
    self.cseq = cseq
    userAgent = message.firstValue(.userAgent).map { String($0.prefix(128)) }
    supportsOutbound = message.supports("outbound")
    isDirect = message.elements(.via).count == 1
    path = try Self.path(of: message, policy: policy)
    switch try Self.wish(of: message, policy: policy) {
    case .update(let contacts):
      wish = .update(try Self.withFlows(contacts, of: message, path: path, over: flow))
    case let other:
      wish = other
    }
  }

  private static func wish(
    of message: SIPMessage, policy: RegistrarPolicy
  ) throws(Refusal) -> Wish {
    let written = message.elements(.contact)
    if written.isEmpty { return .fetch }
    if written.contains("*") {
      // §10.3 step 6: alone, and with an expiry of zero.
      guard written.count == 1, message.expires == 0 else {
        throw Refusal(400, "Invalid Wildcard")
      }
      return .removeAll
    }
    // Twice the bindings: a phone may replace all of its contacts in one request.
    guard written.count <= max(1, policy.maximumBindings) * 2 else {
      throw Refusal(400, "Too Many Contacts")
    }
    let common = message.contains(.expires) ? message.expires ?? malformedExpires : nil
    var contacts: [Contact] = []
    for text in written {
      guard let address = NameAddress(text) else { throw Refusal(400, "Malformed Contact") }
      contacts.append(try contact(address, commonExpires: common, policy: policy))
    }
    return .update(contacts)
  }

  private static func contact(
    _ address: NameAddress, commonExpires: UInt32?, policy: RegistrarPolicy
  ) throws(Refusal) -> Contact {
    // §10.2.1 lets a phone register any URI. Calls to one that is not `sip:` could not be
    // delivered, so the phone is told at once.
    guard case .sip(let uri) = address.uri else { throw .unusableScheme }
    guard uri.text.utf8.count <= policy.maximumFieldBytes else {
      throw Refusal(400, "Contact Too Long")
    }
    let own = address.parameters.has("expires") ? address.expires ?? malformedExpires : nil
    return Contact(
      uri: uri, q: address.q ?? 1, expires: own ?? commonExpires,
      instance: address.parameters.value("+sip.instance").flatMap(plainInstance),
      regID: address.parameters.value("reg-id").flatMap(flowNumber))
  }

  /// 1 to 2^31 - 1 (RFC 5626 §10); anything else counts as none.
  private static func flowNumber(_ text: String) -> UInt32? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt32(text),
      1...0x7FFF_FFFF ~= number
    else { return nil }
    return number
  }

  /// Only what can be written back between quotes as it is.
  private static func plainInstance(_ text: String) -> String? {
    let isPlain = text.utf8.allSatisfy {
      0x21...0x7E ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    return isPlain && text.utf8.count <= 256 ? text : nil
  }
}

/// RFC 3261 §10.2, §20.10: malformed values are treated as 3600.
private let malformedExpires: UInt32 = 3600

extension RegisterRequest.Refusal {
  static let unusableScheme = Self(400, "Unusable Contact Scheme")

  init(_ status: Int, _ reason: String) {
    answer = RegisterAnswer(status, reason)
  }
}
