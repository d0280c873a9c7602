/// What is wrong with a header that every message is held to (RFC 3261 §8.1.1, §20).
struct HeaderFault: Equatable, CustomStringConvertible {
  enum Kind: String {
    case missing = "Missing"
    case malformed = "Malformed"
    case repeated = "Repeated"
    case tooMany = "Too Many"
  }

  var kind: Kind
  var name: HeaderName

  /// A reason phrase.
  var description: String {
    kind == .tooMany ? "Too Many \(name) Values" : "\(kind.rawValue) \(name) Header"
  }

  /// The first fault of a request or a response; nil if there is none.
  static func first(in message: SIPMessage, limits: SIPLimits) -> HeaderFault? {
    for name in once where message.rowCount(name) > 1 {
      return HeaderFault(kind: .repeated, name: name)
    }
    for name in mandatory where !message.contains(name) {
      return HeaderFault(kind: .missing, name: name)
    }
    if let fault = viaFault(in: message, limits: limits) { return fault }
    if message.from == nil { return HeaderFault(kind: .malformed, name: .from) }
    if message.to == nil { return HeaderFault(kind: .malformed, name: .to) }
    if message.callID == nil { return HeaderFault(kind: .malformed, name: .callID) }
    if isCSeqMalformed(message) { return HeaderFault(kind: .malformed, name: .cSeq) }
    if message.contains(.contentLength), contentLength(of: message) == nil {
      return HeaderFault(kind: .malformed, name: .contentLength)
    }
    return message.isRequest ? requestFault(in: message) : nil
  }

  /// RFC 3261 §20.1: at most once, and two that disagree would be read differently by two
  /// elements (RFC 4475 §3.3.8, §3.3.9).
  private static let once: [HeaderName] = [
    .from, .to, .callID, .cSeq, .maxForwards, .contentLength, .contentType,
  ]

  /// RFC 3261 §8.1.1. Max-Forwards is mandatory too, but RFC 2543 clients do not send it
  /// (RFC 4475 §3.4.1).
  private static let mandatory: [HeaderName] = [.via, .from, .to, .callID, .cSeq]

  private static func viaFault(in message: SIPMessage, limits: SIPLimits) -> HeaderFault? {
    let vias = message.elementBytes(.via)
    if vias.count > limits.vias { return HeaderFault(kind: .tooMany, name: .via) }
    // §8.1.3.3: a second Via means that the response was not for us.
    if !message.isRequest, vias.count > 1 { return HeaderFault(kind: .tooMany, name: .via) }
    let areWellFormed = !vias.isEmpty && vias.allSatisfy { Via($0) != nil }
    guard areWellFormed, !isBranchEmpty(message) else {
      return HeaderFault(kind: .malformed, name: .via)
    }
    return nil
  }

  /// The magic cookie with nothing behind it names no transaction (§8.1.1.7): every request of
  /// that sender would be a retransmission of its first (RFC 4475 §3.2.1).
  private static func isBranchEmpty(_ message: SIPMessage) -> Bool {
    message.topVia?.branch?.equalsIgnoringCase("z9hG4bK") ?? false
  }

  /// The number ends below 2^31 (§8.1.1.5), the method is the request's own (§20.16).
  private static func isCSeqMalformed(_ message: SIPMessage) -> Bool {
    guard let cSeq = message.cSeq, cSeq.number <= CSeq.largestNumber else { return true }
    return message.isRequest && cSeq.method != message.method
  }

  private static func contentLength(of message: SIPMessage) -> Int? {
    message.firstValueBytes(.contentLength).flatMap { Int(decimal: $0) }
  }

  private static func requestFault(in message: SIPMessage) -> HeaderFault? {
    if message.contains(.maxForwards), message.maxForwards == nil {
      return HeaderFault(kind: .malformed, name: .maxForwards)
    }
    for name in [HeaderName.contact, .route, .recordRoute] {
      for value in message.elementBytes(name) {
        let isWildcard = name == .contact && value.elementsEqual("*".utf8)
        if !isWildcard, NameAddress(value) == nil {
          return HeaderFault(kind: .malformed, name: name)
        }
      }
    }
    return nil
  }
}
