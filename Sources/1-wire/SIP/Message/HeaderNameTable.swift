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

  private struct Entry {
    var name: Folded
    /// The known header's.
    var code: UInt8
  }

  private var entries: [Entry]
  /// The place in `entries`; 0 where there is none. Small, so that it stays in cache.
  private var places: [UInt8]
  private static let slots = 1024

  private init() {
    entries = [Entry(name: Folded(), code: 0)]
    places = Array(repeating: 0, count: Self.slots)
    for header in KnownHeader.allCases {
      for name in [header.canonicalName, header.compactName ?? ""] where !name.isEmpty {
        let folded = Self.folded(Array(name.utf8).span.bytes, from: 0, count: name.utf8.count)
        var slot = Self.slot(of: folded)
        while places[slot] != 0 { slot = (slot + 1) % Self.slots }
        places[slot] = UInt8(entries.count)
        entries.append(Entry(name: folded, code: header.rawValue))
      }
    }
  }

  func lookUp(_ name: String) -> KnownHeader {
    let bytes = Array(name.utf8)
    guard !bytes.isEmpty, bytes.allSatisfy(\.isToken) else { return .other }
    let code = lookUp(bytes.span.bytes, from: 0, count: bytes.count)
    return KnownHeader(rawValue: code) ?? .other
  }

  /// The code of `count` bytes from `start` on, with no control character among them; that of
  /// `.other` if they have none.
  @inline(__always)
  func lookUp(_ bytes: borrowing RawSpan, from start: Int, count: Int) -> UInt8 {
    guard count <= Self.longestName else { return KnownHeader.other.rawValue }
    let folded = Self.folded(bytes, from: start, count: count)
    var slot = Self.slot(of: folded)
    while places[slot] != 0 {
      let place = Int(places[slot])
      if entries[place].name == folded { return entries[place].code }
      slot = (slot &+ 1) % Self.slots
    }
    return KnownHeader.other.rawValue
  }

  @inline(__always)
  private static func slot(of name: Folded) -> Int {
    // Any constants will do that spread some hundred names over the slots.
    var mixed = (name.first ^ name.third) &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed &>> 29) ^ name.second ^ name.fourth) &* 0xBF58_476D_1CE4_E5B9
    return Int(truncatingIfNeeded: mixed &>> 54)
  }

  /// Letters in lower case by setting one bit. That maps control characters onto others, which
  /// therefore must not be there; the rest that are no token characters become `` `{|}~ `` and DEL,
  /// which no known name contains, or stay.
  @inline(__always)
  private static func folded(_ bytes: borrowing RawSpan, from start: Int, count: Int) -> Folded {
    var name = Folded()
    guard start &+ 32 <= bytes.byteCount else {
      name.first = lastWord(bytes, from: start, count: count)
      name.second = lastWord(bytes, from: start &+ 8, count: count &- 8)
      name.third = lastWord(bytes, from: start &+ 16, count: count &- 16)
      name.fourth = lastWord(bytes, from: start &+ 24, count: count &- 24)
      return name
    }
    name.first = word(bytes, from: start, count: count)
    name.second = word(bytes, from: start &+ 8, count: count &- 8)
    if count > 16 {
      name.third = word(bytes, from: start &+ 16, count: count &- 16)
      name.fourth = word(bytes, from: start &+ 24, count: count &- 24)
    }
    return name
  }

  /// Up to eight bytes; none if `count` is not positive.
  @inline(__always)
  private static func word(_ bytes: borrowing RawSpan, from start: Int, count: Int) -> UInt64 {
    (bytes.word(at: start) | ControlScan.spaces) & masks[max(0, min(count, 8))]
  }

  /// The lowest bytes of a word, by their number.
  private static let masks: InlineArray<9, UInt64> = [
    0, 0xFF, 0xFFFF, 0xFF_FFFF, 0xFFFF_FFFF, 0xFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF,
    0xFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF,
  ]

  /// The same close to the end of the bytes.
  private static func lastWord(_ bytes: borrowing RawSpan, from start: Int, count: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in 0..<max(0, min(count, 8)) {
      word |= UInt64(bytes[start &+ index] | 0x20) << UInt64(8 &* index)
    }
    return word
  }
}
