/// Finds the code of a header name by its bytes: one hash, one comparison of 32 bytes at once.
struct HeaderNameTable: Sendable {
  static let shared = HeaderNameTable()

  /// A name in lower case, padded with zeros to 32 bytes.
  private struct Folded: Equatable {
    var first: UInt64 = 0
    var second: UInt64 = 0
    var third: UInt64 = 0
    var fourth: UInt64 = 0
  }
  private static let longestName = 32

  private var names: [Folded]
  private var codes: [KnownHeader]
  /// The place in `names` and `codes`; 0 where there is none. Small, so that it stays in cache.
  private var places: [UInt8]
  private static let slots = 1024

  private init() {
    names = [Folded()]
    codes = [.other]
    places = Array(repeating: 0, count: Self.slots)
    for header in KnownHeader.allCases {
      for name in [header.canonicalName, header.compactName ?? ""] where !name.isEmpty {
        let folded = Self.folded(Array(name.utf8).span.bytes, from: 0, count: name.utf8.count)
        var slot = Self.slot(of: folded)
        while places[slot] != 0 { slot = (slot + 1) % Self.slots }
        places[slot] = UInt8(names.count)
        names.append(folded)
        codes.append(header)
      }
    }
  }

  func lookUp(_ name: String) -> KnownHeader {
    let bytes = Array(name.utf8)
    guard !bytes.isEmpty, bytes.allSatisfy(\.isToken) else { return .other }
    return lookUp(bytes.span.bytes, from: 0, count: bytes.count)
  }

  /// `count` bytes from `start` on; `.other` for a name without a code.
  @inline(__always)
  func lookUp(_ bytes: borrowing RawSpan, from start: Int, count: Int) -> KnownHeader {
    guard count <= Self.longestName else { return .other }
    let folded = Self.folded(bytes, from: start, count: count)
    var slot = Self.slot(of: folded)
    while places[slot] != 0 {
      let place = Int(places[slot])
      if names[place] == folded { return codes[place] }
      slot = (slot + 1) % Self.slots
    }
    return .other
  }

  @inline(__always)
  private static func slot(of name: Folded) -> Int {
    // Any constants will do that spread some hundred names over the slots.
    var mixed = name.first &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 29) ^ name.second) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 31) ^ name.third ^ name.fourth) &* 0x94D0_49BB_1331_11EB
    return Int(truncatingIfNeeded: mixed >> 54)
  }

  @inline(__always)
  private static func folded(_ bytes: borrowing RawSpan, from start: Int, count: Int) -> Folded {
    var name = Folded()
    name.first = word(bytes, from: start, count: count)
    if count > 8 { name.second = word(bytes, from: start &+ 8, count: count &- 8) }
    if count > 16 { name.third = word(bytes, from: start &+ 16, count: count &- 16) }
    if count > 24 { name.fourth = word(bytes, from: start &+ 24, count: count &- 24) }
    return name
  }

  /// Up to eight bytes, letters in lower case by setting one bit. That maps some bytes that are no
  /// token characters onto letters and hyphens too: with a control character the result is
  /// therefore zero, which is part of no name, and the rest map to `{|}~` and DEL, which no known
  /// name contains.
  @inline(__always)
  private static func word(_ bytes: borrowing RawSpan, from start: Int, count: Int) -> UInt64 {
    var chunk: UInt64 = 0
    if start &+ 8 <= bytes.byteCount {
      chunk = UInt64(
        littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
    } else {
      for index in 0..<min(count, 8) {
        chunk |= UInt64(bytes[start &+ index]) << UInt64(8 &* index)
      }
    }
    let mask: UInt64 = count >= 8 ? .max : (1 << UInt64(8 &* count)) &- 1
    let filled = chunk | ~mask
    guard (filled &- ControlScan.spaces) & ~filled & ControlScan.topBits == 0 else { return 0 }
    return (chunk | ControlScan.spaces) & mask
  }
}
