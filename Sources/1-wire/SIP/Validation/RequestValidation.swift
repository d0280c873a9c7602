/// Decides whether a message is well-formed enough to be worked on, and what answers it if not
/// (RFC 3261 §8.2, §16.3; RFC 4475 and RFC 5118 hold it to that).
///
/// What needs more than the message is left to the element: 483, 404, 481, 405, 415 and so on.
public struct RequestValidation: Sendable {
  /// Option tags that a request may require (RFC 3261 §8.2.2.3).
  public var supportedExtensions: Set<String>
  public var limits: SIPLimits

  public init(supportedExtensions: Set<String>, limits: SIPLimits = .standard) {
    self.supportedExtensions = Set(supportedExtensions.map { $0.lowercased() })
    self.limits = limits
  }

  public func verdict(on message: SIPMessage) -> RequestVerdict {
    guard message.isRequest else {
      return responseFault(in: message) == nil ? .accept : .drop
    }
    let rejection = requestRejection(of: message)
    if case .accept = rejection { return .accept }
    // An ACK is never answered (§17), and an answer needs a Via to be matched by.
    return message.method == .ack || !message.contains(.via) ? .drop : rejection
  }

  private func requestRejection(of message: SIPMessage) -> RequestVerdict {
    if message.start.defect == .unsupportedVersion {
      return .reject(status: 505, reason: nil, headers: [])
    }
    if let defect = message.defect { return Self.badRequest(defect.rawValue) }
    if message.start.defect == .malformed { return Self.badRequest("Malformed Request-Line") }
    if let fault = HeaderFault.first(in: message, limits: limits) {
      return Self.badRequest(fault.description)
    }
    let target = URIPlaces(message.bytes.span.bytes, message.start.text)
    switch target?.scheme {
    case nil: return Self.badRequest("Malformed Request-URI")
    case .other: return .reject(status: 416, reason: nil, headers: [])
    case .sip where target?.headers.isNone == false, .sips where target?.headers.isNone == false:
      // §19.1.1 forbids headers in a Request-URI; to honour them would be worse (RFC 4475
      // §3.1.2.11).
      return Self.badRequest("Headers In Request-URI")
    case .sip, .sips, .tel: break
    }
    return extensionRejection(of: message)
  }

  /// RFC 3261 §8.2.2.3, and Proxy-Require (§20.29), as we stand where a proxy would. Neither means
  /// anything in a CANCEL.
  private func extensionRejection(of message: SIPMessage) -> RequestVerdict {
    guard message.method != .cancel, message.method != .ack else { return .accept }
    for name in [HeaderName.require, .proxyRequire] where message.contains(name) {
      let unknown = message.elements(name).filter {
        !supportedExtensions.contains($0.lowercased())
      }
      if !unknown.isEmpty {
        let unsupported = HeaderField(.unsupported, unknown.joined(separator: ", "))
        return .reject(status: 420, reason: nil, headers: [unsupported])
      }
    }
    return .accept
  }

  private func responseFault(in message: SIPMessage) -> String? {
    message.defect?.rawValue ?? HeaderFault.first(in: message, limits: limits)?.description
  }

  private static func badRequest(_ reason: String) -> RequestVerdict {
    .reject(status: 400, reason: reason, headers: [])
  }
}
