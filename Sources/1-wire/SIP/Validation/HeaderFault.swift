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
    if message.headers.repeatsAny(onceSet) {
      for header in once where message.rowCount(HeaderName(header)) > 1 {
        return HeaderFault(kind: .repeated, name: HeaderName(header))
      }
    }
    if !message.headers.containsAll(mandatorySet) {
      for header in mandatory where !message.headers.contains(header) {
        return HeaderFault(kind: .missing, name: HeaderName(header))
      }
    }
    if let fault = viaFault(in: message, limits: limits) { return fault }
    if !message.hasWellFormedAddress(.from) { return HeaderFault(kind: .malformed, name: .from) }
    if !message.hasWellFormedAddress(.to) { return HeaderFault(kind: .malformed, name: .to) }
    if message.callIDBytes == nil { return HeaderFault(kind: .malformed, name: .callID) }
    if isCSeqMalformed(message) { return HeaderFault(kind: .malformed, name: .cSeq) }
    if message.contains(.contentLength), contentLength(of: message) == nil {
      return HeaderFault(kind: .malformed, name: .contentLength)
    }
    return message.isRequest ? requestFault(in: message) : nil
  }

  /// RFC 3261 §20.1: at most once, and two that disagree would be read differently by two
  /// elements (RFC 4475 §3.3.8, §3.3.9).
  private static let once: [KnownHeader] = [
    .from, .to, .callID, .cSeq, .maxForwards, .contentLength, .contentType,
  ]
  private static let onceSet = HeaderSet(once)

  /// RFC 3261 §8.1.1. Max-Forwards is mandatory too, but RFC 2543 clients do not send it
  /// (RFC 4475 §3.4.1).
  private static let mandatory: [KnownHeader] = [.via, .from, .to, .callID, .cSeq]
  private static let mandatorySet = HeaderSet(mandatory)

  private static func viaFault(in message: SIPMessage, limits: SIPLimits) -> HeaderFault? {
    // One pass tells how many there are if all are well-formed; else they have to be told apart
    // first, since too many are the graver fault.
    let wellFormed = wellFormedVias(in: message)
    let count = wellFormed ?? message.elementValues(.via).count
    // §8.1.3.3: a second Via means that the response was not for us.
    if count > (message.isRequest ? limits.vias : min(limits.vias, 1)) {
      return HeaderFault(kind: .tooMany, name: .via)
    }
    let isWhole = count > 0 && wellFormed != nil && !isBranchEmpty(message)
    return isWhole ? nil : HeaderFault(kind: .malformed, name: .via)
  }

  /// How many Vias there are; nil if one is malformed.
  private static func wellFormedVias(in message: SIPMessage) -> Int? {
    var count = 0
    var areWellFormed = true
    message.forEachRow(.via) { row in
      let bytes = row.bytes.span.bytes
      var scanner = HeaderScanner(bytes, row.range)
      scanner.skipEmptyElements(bytes)
      while areWellFormed, !scanner.isAtEnd {
        areWellFormed = ViaPlaces(&scanner, bytes) != nil
        count += 1
        scanner.skipEmptyElements(bytes)
      }
    }
    return areWellFormed ? count : nil
  }

  /// The magic cookie with nothing behind it names no transaction (§8.1.1.7): every request of
  /// that sender would be a retransmission of its first (RFC 4475 §3.2.1).
  private static func isBranchEmpty(_ message: SIPMessage) -> Bool {
    guard let via = message.topVia, let written = via.branchBytes,
      written.count == 7 || written.first == .quote
    else { return false }
    return via.branch?.equalsIgnoringCase("z9hG4bK") ?? false
  }

  /// The number ends below 2^31 (§8.1.1.5), the method is the request's own (§20.16).
  private static func isCSeqMalformed(_ message: SIPMessage) -> Bool {
    guard let cSeq = message.cSeq, cSeq.number <= CSeq.largestNumber else { return true }
    return message.isRequest && cSeq.method != message.method
  }

  private static func contentLength(of message: SIPMessage) -> Int? {
    message.firstRow(.contentLength).flatMap { $0.bytes.span.bytes.decimal($0.range) }
  }

  private static func requestFault(in message: SIPMessage) -> HeaderFault? {
    if message.contains(.maxForwards), message.maxForwards == nil {
      return HeaderFault(kind: .malformed, name: .maxForwards)
    }
    for header in [KnownHeader.contact, .route, .recordRoute]
    where message.headers.contains(header) {
      guard message.hasWellFormedAddresses(header) else {
        return HeaderFault(kind: .malformed, name: HeaderName(header))
      }
    }
    return nil
  }
}

extension SIPMessage {
  fileprivate func hasWellFormedAddress(_ header: KnownHeader) -> Bool {
    guard let row = firstRow(HeaderName(header)) else { return false }
    return AddressPlaces.isWellFormed(row.bytes.span.bytes, row.range)
  }

  /// Each of a list's values; a Contact may be `*` too.
  fileprivate func hasWellFormedAddresses(_ header: KnownHeader) -> Bool {
    var areWellFormed = true
    forEachRow(HeaderName(header)) { row in
      let bytes = row.bytes.span.bytes
      var list = ElementList(row.range)
      while areWellFormed, let element = list.next(bytes) {
        let isWildcard = header == .contact && row.part(element).isWildcard
        areWellFormed = isWildcard || AddressPlaces.isWellFormed(bytes, element)
      }
    }
    return areWellFormed
  }
}
