/// Finds the code of a header name by its bytes: one hash, one comparison of 32 bytes at once.
struct HeaderNameTable: Sendable {
  static let shared = HeaderNameTable()

  /// A name in lower case, padded with zeros.
  typealias Folded = SIMD4<UInt64>
  static let longestName = 32

  private var names: [Folded]
  private var codes: [KnownHeader]
  private static let slots = 1024

  private init() {
    names = Array(repeating: Folded(), count: Self.slots)
    codes = Array(repeating: .other, count: Self.slots)
    for header in KnownHeader.allCases {
      for name in [header.canonicalName, header.compactName ?? ""] where !name.isEmpty {
        let folded = Self.folded(Array(name.utf8).span.bytes, from: 0, count: name.utf8.count)
        var slot = Self.slot(of: folded)
        while codes[slot] != .other { slot = (slot + 1) % Self.slots }
        names[slot] = folded
        codes[slot] = header
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
    while codes[slot] != .other {
      if names[slot] == folded { return codes[slot] }
      slot = (slot + 1) % Self.slots
    }
    return .other
  }

  @inline(__always)
  private static func slot(of name: Folded) -> Int {
    // Any constants will do that spread some eighty names over the slots.
    var mixed = name[0] &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 29) ^ name[1]) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 31) ^ name[2] ^ name[3]) &* 0x94D0_49BB_1331_11EB
    return Int(truncatingIfNeeded: mixed >> 54)
  }

  /// Letters become lower case by setting one bit. That maps some bytes that are no token
  /// characters onto letters and hyphens too: a control character makes the result zero, which
  /// is nobody's name, and the rest map to `{|}~` and DEL, which no known name contains.
  @inline(__always)
  private static func folded(_ bytes: borrowing RawSpan, from start: Int, count: Int) -> Folded {
    var words = Folded()
    var done = 0
    var word = 0
    while done < count {
      var chunk: UInt64 = 0
      let rest = count &- done
      if start &+ done &+ 8 <= bytes.byteCount {
        chunk = UInt64(
          littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: start &+ done, as: UInt64.self))
      } else {
        for index in 0..<min(rest, 8) {
          let byte = bytes.unsafeLoad(fromByteOffset: start &+ done &+ index, as: UInt8.self)
          chunk |= UInt64(byte) << UInt64(8 &* index)
        }
      }
      let mask: UInt64 = rest >= 8 ? .max : (1 << UInt64(8 &* rest)) &- 1
      let filled = chunk | ~mask
      guard (filled &- ControlScan.spaces) & ~filled & ControlScan.topBits == 0 else {
        return Folded()
      }
      words[word] = (chunk | ControlScan.spaces) & mask
      done &+= 8
      word &+= 1
    }
    return words
  }
}
