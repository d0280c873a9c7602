extension SIPMessage {
  /// The topmost Via; nil if there is none or it is malformed.
  public var topVia: Via? { firstElementBytes(.via).flatMap { Via($0) } }

  /// The well-formed Vias, topmost first.
  public var vias: [Via] { elementBytes(.via).compactMap { Via($0) } }

  public var from: NameAddress? { firstValueBytes(.from).flatMap { NameAddress($0) } }

  public var to: NameAddress? { firstValueBytes(.to).flatMap { NameAddress($0) } }

  /// The From tag, found without parsing the URI before it.
  public var fromTag: String? { tag(in: .from) }

  /// The To tag; nil outside a dialog (RFC 3261 §12).
  public var toTag: String? { tag(in: .to) }

  /// Printable ASCII without white space; the grammar's `word` is a little narrower
  /// (RFC 3261 §20.8). Compared byte by byte.
  public var callID: String? {
    guard let value = firstValueBytes(.callID), !value.isEmpty,
      value.allSatisfy({ 0x21...0x7E ~= $0 })
    else { return nil }
    return String(decoding: value, as: UTF8.self)
  }

  public var cSeq: CSeq? { firstValueBytes(.cSeq).flatMap { CSeq($0) } }

  /// The well-formed Contacts in order; `*` is not among them.
  public var contacts: [NameAddress] { elementBytes(.contact).compactMap { NameAddress($0) } }

  /// Whether a Contact is `*`, which asks a registrar to remove all bindings (RFC 3261 §10.2.2).
  public var hasWildcardContact: Bool {
    elementBytes(.contact).contains { $0.count == 1 && $0.first == .asterisk }
  }

  /// 0 to 255 (RFC 3261 §20.22).
  public var maxForwards: Int? {
    firstValueBytes(.maxForwards).flatMap { UInt8(decimal: $0) }.map(Int.init)
  }

  /// In seconds; a number past 2^32 - 1 is that one (RFC 3261 §20.19).
  public var expires: UInt32? {
    firstValueBytes(.expires).flatMap { UInt32(saturatingDecimal: $0) }
  }

  /// As written, parameters included.
  public var contentType: String? { firstValue(.contentType) }

  public var routes: [NameAddress] { elementBytes(.route).compactMap { NameAddress($0) } }

  public var recordRoutes: [NameAddress] {
    elementBytes(.recordRoute).compactMap { NameAddress($0) }
  }

  private func tag(in name: HeaderName) -> String? {
    guard let value = firstValueBytes(name) else { return nil }
    var scanner = HeaderScanner(value)
    guard scanner.skipAddress() else { return nil }
    return scanner.parameterValue("tag").map { String(decoding: $0, as: UTF8.self) }
  }
}
