import Addressing

extension HeaderScanner {
  /// `host` of RFC 3261 §25.1: a name, an IPv4 address, or an IPv6 address in brackets. Names may
  /// have underscores, which the grammar forbids and the field uses.
  @inline(__always)
  mutating func host(_ bytes: borrowing RawSpan) -> Range<Int>? {
    let name = take(while: .hostName, bytes)
    guard !name.isEmpty else { return bracketedHost(bytes) }
    return bytes[name.lowerBound] == .dot ? nil : name
  }

  @inline(never)
  private mutating func bracketedHost(_ bytes: borrowing RawSpan) -> Range<Int>? {
    let start = position
    guard take(.leftBracket, bytes), take(upTo: .rightBracket, bytes) != nil,
      IPAddress(host: String(bytes, start..<position)) != nil
    else { return nil }
    return start..<position
  }

  /// `:` and a port; `.malformed` if something else follows the colon, or more than 65,535.
  enum PortStep {
    case port(UInt16?)
    case malformed
  }

  @inline(__always)
  mutating func port(behindColon isThere: Bool, _ bytes: borrowing RawSpan) -> PortStep {
    guard isThere else { return .port(nil) }
    guard let number: UInt16 = bytes.decimal(take(while: .digit, bytes)) else {
      return .malformed
    }
    return .port(number)
  }
}

extension String {
  fileprivate init(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    var text: [UInt8] = []
    for position in range { text.append(bytes[position]) }
    self.init(decoding: text, as: UTF8.self)
  }
}

extension IPAddress {
  /// The address that a host names, if it is no name. The grammar of RFC 3261 lets three colons
  /// stand before an IPv4 tail, and RFC 5118 §4.10 wants that tolerated.
  init?(host: String) {
    let hasDottedTail = host.utf8.contains(.dot) && host.utf8.first == .leftBracket
    self.init(hasDottedTail ? host.replacing(":::", with: "::", maxReplacements: 1) : host)
  }

  /// The same of a host where it lies: a name or an IPv4 address costs no string.
  init?(host value: HeaderValue, _ range: Range<Int>) {
    if value.bytes[range].first == .leftBracket {
      self.init(host: value.text(range))
    } else {
      self.init(dottedQuad: value, range)
    }
  }

  init?(dottedQuad value: HeaderValue, _ range: Range<Int>) {
    guard let address = dottedQuad(value.bytes[range]) else { return nil }
    self = .v4(address)
  }
}

/// Four numbers of up to three digits below 256, as `IPAddress` reads them.
private func dottedQuad(_ text: ArraySlice<UInt8>) -> UInt32? {
  var address: UInt32 = 0
  var (octet, digits, dots): (UInt32, Int, Int) = (0, 0, 0)
  for byte in text {
    if byte.isDigit {
      octet = octet &* 10 &+ UInt32(byte &- 0x30)
      digits += 1
      guard digits <= 3, octet <= 255 else { return nil }
    } else {
      guard byte == .dot, digits > 0, dots < 3 else { return nil }
      address = address << 8 | octet
      (octet, digits, dots) = (0, 0, dots + 1)
    }
  }
  return digits > 0 && dots == 3 ? address << 8 | octet : nil
}
