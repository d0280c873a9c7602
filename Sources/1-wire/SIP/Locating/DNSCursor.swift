/// Reads the octets of a DNS message (RFC 1035 §4.1). Nothing in them is trusted.
struct DNSCursor {
  private let bytes: [UInt8]
  var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { position >= bytes.count }

  mutating func skip(_ count: Int) -> Bool {
    guard count <= bytes.count - position else { return false }
    position += count
    return true
  }

  mutating func byte() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func word() -> UInt16? {
    guard let high = byte(), let low = byte() else { return nil }
    return UInt16(high) << 8 | UInt16(low)
  }

  mutating func doubleWord() -> UInt32? {
    guard let high = word(), let low = word() else { return nil }
    return UInt32(high) << 16 | UInt32(low)
  }

  /// A text behind its length (RFC 1035 §3.3).
  mutating func characterString() -> String? {
    guard let count = byte() else { return nil }
    var text: [UInt8] = []
    for _ in 0..<count {
      guard let byte = byte() else { return nil }
      text.append(byte)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A name in lower case, without the dot at the end; the root is the empty one. Pointers
  /// (§4.1.4) may only lead back, and each further back than the last, so that they end.
  mutating func name() -> String? {
    var name: [UInt8] = []
    var reader = self
    var limit = position
    var hasJumped = false
    while let length = reader.byte() {
      switch length >> 6 {
      case 0b00:
        if length == 0 {
          if !hasJumped { position = reader.position }
          return String(decoding: name, as: UTF8.self).lowercased()
        }
        guard name.count + Int(length) + 1 <= 254 else { return nil }
        if !name.isEmpty { name.append(.dot) }
        for _ in 0..<length {
          guard let byte = reader.byte() else { return nil }
          name.append(byte)
        }
      case 0b11:
        guard let low = reader.byte() else { return nil }
        if !hasJumped { position = reader.position }
        hasJumped = true
        let target = Int(length & 0x3F) << 8 | Int(low)
        guard target < limit else { return nil }
        limit = target
        reader.position = target
      default: return nil
      }
    }
    return nil
  }
}
