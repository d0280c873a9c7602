/// An IPv4 or IPv6 address.
public enum IPAddress: Hashable, Sendable {
  /// The address in host byte order: 127.0.0.1 is `0x7F00_0001`.
  case v4(UInt32)
  /// The upper and lower halves in host byte order.
  case v6(UInt64, UInt64)

  /// Reads `192.0.2.1`, `2001:db8::1` or `[2001:db8::1]`; anything else, a host name included,
  /// is nil. Zones (`%eth0`) are not addresses that go over the wire and are refused.
  public init?(_ text: some StringProtocol) {
    var utf8 = Array(text.utf8)
    if utf8.first == UInt8(ascii: "["), utf8.last == UInt8(ascii: "]"), utf8.count > 2 {
      utf8 = Array(utf8[1..<(utf8.count - 1)])
      guard utf8.contains(UInt8(ascii: ":")) else { return nil }
    }
    if utf8.contains(UInt8(ascii: ":")) {
      guard let address = parseIPv6(utf8[...]) else { return nil }
      self = address
    } else {
      guard let address = parseIPv4(utf8[...]) else { return nil }
      self = .v4(address)
    }
  }

  public static let anyIPv4 = IPAddress.v4(0)
  public static let anyIPv6 = IPAddress.v6(0, 0)

  public var isIPv6: Bool {
    if case .v6 = self { true } else { false }
  }

  /// The wildcard address, which also stands for "hold" in old SDP (RFC 3264 §8.4).
  public var isUnspecified: Bool {
    self == .anyIPv4 || self == .anyIPv6
  }

  public var isLoopback: Bool {
    switch self {
    case .v4(let address): address >> 24 == 127
    case .v6(let high, let low): high == 0 && low == 1
    }
  }

  /// An address that means nothing beyond its own network: RFC 1918, RFC 6598 (carrier NAT),
  /// link-local, and unique local IPv6 (RFC 4193).
  public var isPrivate: Bool {
    switch self {
    case .v4(let address):
      address >> 24 == 10 || address >> 20 == 0xAC1 || address >> 16 == 0xC0A8
        || address >> 22 == 0x191 || address >> 16 == 0xA9FE
    case .v6(let high, _):
      high >> 57 == 0x7E || high >> 54 == 0x3FA
    }
  }

  public var isMulticast: Bool {
    switch self {
    case .v4(let address): address >> 28 == 0xE
    case .v6(let high, _): high >> 56 == 0xFF
    }
  }
}

extension IPAddress: CustomStringConvertible {
  /// The canonical text: dotted decimal, or RFC 5952 without brackets.
  public var description: String {
    switch self {
    case .v4(let address):
      "\(address >> 24).\(address >> 16 & 0xFF).\(address >> 8 & 0xFF).\(address & 0xFF)"
    case .v6(let high, let low):
      canonicalIPv6(high, low)
    }
  }

  /// The text as a URI, a Via or a host:port pair writes it: IPv6 in brackets.
  public var bracketed: String {
    isIPv6 ? "[\(description)]" : description
  }
}

private func parseIPv4(_ text: ArraySlice<UInt8>) -> UInt32? {
  var address: UInt32 = 0
  var octet: UInt32 = 0
  var digits = 0
  var octets = 0
  for byte in text {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      octet = octet * 10 + UInt32(byte - UInt8(ascii: "0"))
      digits += 1
      guard digits <= 3, octet <= 255 else { return nil }
    case UInt8(ascii: "."):
      guard digits > 0, octets < 3 else { return nil }
      address = address << 8 | octet
      (octet, digits, octets) = (0, 0, octets + 1)
    default:
      return nil
    }
  }
  guard digits > 0, octets == 3 else { return nil }
  return address << 8 | octet
}

/// Groups before and after `::` are gathered apart, then joined with zeros between.
private func parseIPv6(_ text: ArraySlice<UInt8>) -> IPAddress? {
  var before: [UInt16] = []
  var after: [UInt16] = []
  var compressed = false
  var rest = text
  if rest.starts(with: "::".utf8) {
    compressed = true
    rest = rest.dropFirst(2)
  }
  while !rest.isEmpty {
    let group = rest.prefix { $0 != UInt8(ascii: ":") }
    rest = rest.dropFirst(group.count)
    var words: [UInt16]
    if group.contains(UInt8(ascii: ".")) {
      guard rest.isEmpty, let tail = parseIPv4(group) else { return nil }
      words = [UInt16(tail >> 16), UInt16(tail & 0xFFFF)]
    } else {
      guard let word = parseHex(group) else { return nil }
      words = [word]
    }
    if compressed { after += words } else { before += words }
    guard before.count + after.count <= 8 else { return nil }
    if rest.isEmpty { break }
    if rest.starts(with: "::".utf8) {
      guard !compressed else { return nil }
      compressed = true
      rest = rest.dropFirst(2)
    } else {
      rest = rest.dropFirst()
      guard !rest.isEmpty else { return nil }
    }
  }
  let gap = 8 - before.count - after.count
  guard compressed ? gap >= 1 : gap == 0 else { return nil }
  let groups = before + Array(repeating: 0, count: gap) + after
  let high = groups[0..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
  let low = groups[4..<8].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
  return .v6(high, low)
}

private func parseHex(_ text: ArraySlice<UInt8>) -> UInt16? {
  guard !text.isEmpty, text.count <= 4 else { return nil }
  var word: UInt16 = 0
  for byte in text {
    let digit: UInt8
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
    default: return nil
    }
    word = word << 4 | UInt16(digit)
  }
  return word
}

/// RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups (the
/// first of equals) becomes `::`.
private func canonicalIPv6(_ high: UInt64, _ low: UInt64) -> String {
  let groups = (0..<8).map { index in
    UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> (48 - 16 * UInt64(index % 4)))
  }
  var longest = 0..<0
  var start = 0
  while start < 8 {
    var end = start
    while end < 8, groups[end] == 0 { end += 1 }
    if end - start > max(1, longest.count) { longest = start..<end }
    start = max(end, start + 1)
  }
  func hex(_ range: Range<Int>) -> String {
    groups[range].map { String($0, radix: 16) }.joined(separator: ":")
  }
  if longest.isEmpty { return hex(0..<8) }
  return hex(0..<longest.lowerBound) + "::" + hex(longest.upperBound..<8)
}
