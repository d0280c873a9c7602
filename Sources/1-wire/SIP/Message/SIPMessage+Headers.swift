extension SIPMessage {
  /// The topmost Via; nil if there is none or it is malformed.
  public var topVia: Via? {
    guard let row = firstRow(.via), let places = topViaPlaces(row) else { return nil }
    return Via(row, places)
  }

  /// Without parting the row: see `ViaPlaces`.
  private func topViaPlaces(_ row: HeaderValue) -> ViaPlaces? {
    let bytes = row.bytes.span.bytes
    var scanner = HeaderScanner(bytes, row.range)
    scanner.skipEmptyElements(bytes)
    return ViaPlaces(&scanner, bytes)
  }

  /// The well-formed Vias, topmost first.
  public var vias: [Via] { elementValues(.via).compactMap { Via($0) } }

  public var from: NameAddress? { firstRow(.from).flatMap { NameAddress($0) } }

  public var to: NameAddress? { firstRow(.to).flatMap { NameAddress($0) } }

  /// What From says, where it lies; nil if it is malformed, of which its URI's inside is no part.
  public var fromView: AddressView? {
    guard let row = firstRow(.from) else { return nil }
    return AddressView(row)
  }

  /// What To says, likewise.
  public var toView: AddressView? {
    guard let row = firstRow(.to) else { return nil }
    return AddressView(row)
  }

  /// The From tag, found without parsing the URI before it.
  public var fromTag: String? { tag(in: .from) }

  /// The To tag; nil outside a dialog (RFC 3261 §12).
  public var toTag: String? { tag(in: .to) }

  /// Printable ASCII without white space; the grammar's `word` is a little narrower
  /// (RFC 3261 §20.8). Compared byte by byte.
  public var callID: String? { callIDValue.map(\.text) }

  /// The same where it lies.
  public var callIDBytes: ArraySlice<UInt8>? { callIDValue.map(\.slice) }

  private var callIDValue: HeaderValue? {
    guard let value = firstRow(.callID), !value.range.isEmpty else { return nil }
    let bytes = value.bytes.span.bytes
    var position = value.range.lowerBound
    while position < value.range.upperBound {
      guard bytes[position].isVisible else { return nil }
      position &+= 1
    }
    return value
  }

  public var cSeq: CSeq? {
    guard let row = firstRow(.cSeq) else { return nil }
    return CSeq(row)
  }

  /// The well-formed Contacts in order; `*` is not among them.
  public var contacts: [NameAddress] { elementValues(.contact).compactMap { NameAddress($0) } }

  /// Whether a Contact is `*`, which asks a registrar to remove all bindings (RFC 3261 §10.2.2).
  public var hasWildcardContact: Bool {
    elementValues(.contact).contains { $0.isWildcard }
  }

  /// 0 to 255 (RFC 3261 §20.22).
  public var maxForwards: Int? {
    firstRow(.maxForwards).flatMap { UInt8(decimal: $0.slice) }.map(Int.init)
  }

  /// In seconds; a number past 2^32 - 1 is that one (RFC 3261 §20.19).
  public var expires: UInt32? {
    firstValueBytes(.expires).flatMap { UInt32(saturatingDecimal: $0) }
  }

  /// As written, parameters included.
  public var contentType: String? { firstValue(.contentType) }

  public var routes: [NameAddress] { elementValues(.route).compactMap { NameAddress($0) } }

  public var recordRoutes: [NameAddress] {
    elementValues(.recordRoute).compactMap { NameAddress($0) }
  }

  private func tag(in name: HeaderName) -> String? {
    guard let value = firstRow(name), let place = value.tagPlace else { return nil }
    return value.text(place)
  }

  /// Whether To has a tag, for which no string is made.
  public var hasToTag: Bool { firstRow(.to)?.tagPlace != nil }
}

extension HeaderValue {
  /// Where the tag of a From or To lies, found without parsing the URI before it.
  fileprivate var tagPlace: Range<Int>? {
    let bytes = bytes.span.bytes
    var scanner = HeaderScanner(bytes, range)
    guard scanner.skipAddress(bytes) else { return nil }
    return scanner.parameterValue("tag", bytes)
  }

  /// A Contact of `*` alone.
  var isWildcard: Bool { range.count == 1 && bytes[range.lowerBound] == .asterisk }
}

extension HeaderScanner {
  /// Moves to a list's next element.
  mutating func skipEmptyElements(_ bytes: borrowing RawSpan) {
    _ = take(bytes) { $0 == .comma || $0.isWhitespace }
  }
}
