/// A STUN message (RFC 8489 §5): its header, and where its attributes lie.
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     |0 0|     type (14 bits)        |         length of the rest    |
///     |                   magic cookie 0x2112A442                     |
///     |                   transaction ID (96 bits)                    |
///     |                                                               |
///     |                                                               |
public struct STUNMessage: Hashable, Sendable {
  public enum Class: UInt16, CaseIterable, Sendable {
    case request = 0x0000
    case indication = 0x0010
    case success = 0x0100
    case failure = 0x0110
  }

  public static let headerBytes = 20
  public static let cookie: UInt32 = 0x2112_A442
  /// Attributes that one message may have; what we know of has a dozen.
  static let maximumAttributes = 64

  public let messageClass: Class
  public let method: STUNMethod
  public let transaction: STUNTransactionID
  /// In their order; of several of a kind the first counts (§14).
  public let attributes: [STUNAttribute]

  public init(
    _ messageClass: Class, _ method: STUNMethod, _ transaction: STUNTransactionID,
    attributes: [STUNAttribute] = []
  ) {
    self.messageClass = messageClass
    self.method = method
    self.transaction = transaction
    self.attributes = attributes
  }

  /// Reads one whole datagram.
  ///
  /// - Throws: why it is no STUN message, or none that can be believed. Nobody is answered then
  ///   (§6.3).
  public init(_ bytes: [UInt8]) throws(STUNError) {
    guard bytes.count >= Self.headerBytes else { throw .truncated }
    let type = bytes.number(at: 0)
    guard type & 0xC000 == 0, bytes.longNumber(at: 4) == Self.cookie else { throw .notSTUN }
    let length = Int(bytes.number(at: 2))
    guard length % 4 == 0, Self.headerBytes + length == bytes.count else { throw .badLength }
    guard let messageClass = Class(rawValue: type & 0x0110) else { throw .notSTUN }
    self.messageClass = messageClass
    method = STUNMethod(typeBits: type)
    transaction = STUNTransactionID(Array(bytes[8..<Self.headerBytes]))
    attributes = try Self.attributes(of: bytes)
  }

  private static func attributes(of bytes: [UInt8]) throws(STUNError) -> [STUNAttribute] {
    var attributes: [STUNAttribute] = []
    var position = headerBytes
    while position < bytes.count {
      guard attributes.count < maximumAttributes else { throw .tooManyAttributes }
      guard bytes.count - position >= 4 else { throw .truncated }
      let type = bytes.number(at: position)
      let length = Int(bytes.number(at: position + 2))
      let padded = (length + 3) & ~3
      guard bytes.count - position - 4 >= padded else { throw .truncated }
      let value = Array(bytes[(position + 4)..<(position + 4 + length)])
      if type == STUNAttribute.fingerprint {
        // §14.7: the last of them, over all before it.
        guard position + 8 == bytes.count, length == 4,
          value.longNumber(at: 0) == fingerprint(of: bytes[..<position])
        else { throw .badFingerprint }
      }
      attributes.append(STUNAttribute(type, value))
      position += 4 + padded
    }
    return attributes
  }

  public func first(_ type: UInt16) -> STUNAttribute? { attributes.first { $0.type == type } }

  /// - Parameter hasFingerprint: whether a checksum is to follow, by which it is told from what
  ///   other protocols send on the same port.
  public func bytes(hasFingerprint: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(number: messageClass.rawValue | method.typeBits)
    bytes.append(number: 0)
    bytes.append(longNumber: Self.cookie)
    bytes += transaction.bytes
    for attribute in attributes where attribute.type != STUNAttribute.fingerprint {
      bytes.append(number: attribute.type)
      bytes.append(number: UInt16(truncatingIfNeeded: attribute.value.count))
      bytes += attribute.value
      bytes += [UInt8](repeating: 0, count: -attribute.value.count & 3)
    }
    let length = bytes.count - Self.headerBytes + (hasFingerprint ? 8 : 0)
    bytes.replaceSubrange(
      2..<4, with: [UInt8(truncatingIfNeeded: length >> 8), UInt8(length & 0xFF)])
    if hasFingerprint {
      let sum = Self.fingerprint(of: bytes[...])
      bytes.append(number: STUNAttribute.fingerprint)
      bytes.append(number: 4)
      bytes.append(longNumber: sum)
    }
    return bytes
  }

  /// §14.7.
  private static func fingerprint(of bytes: ArraySlice<UInt8>) -> UInt32 {
    crc32(bytes) ^ 0x5354_554E
  }
}

/// Why bytes are no STUN message.
public enum STUNError: Error, Hashable, Sendable {
  case notSTUN
  case truncated
  case badLength
  case badFingerprint
  case tooManyAttributes
}

/// What a message is about (§18.2), twelve bits.
public struct STUNMethod: Hashable, Sendable {
  public let number: UInt16

  public static let binding = STUNMethod(number: 0x001)

  public init(number: UInt16) {
    self.number = number & 0x0FFF
  }

  // §5: its bits lie around those of the class.
  //      M11 … M7 C1 M6 M5 M4 C0 M3 … M0
  init(typeBits type: UInt16) {
    number = type & 0x000F | type >> 1 & 0x0070 | type >> 2 & 0x0F80
  }

  var typeBits: UInt16 {
    number & 0x000F | number << 1 & 0x00E0 | number << 2 & 0x3E00
  }
}

/// Twelve bytes that a client chose.
public struct STUNTransactionID: Hashable, Sendable {
  public let bytes: [UInt8]

  /// - Parameter bytes: twelve of them; others are cut off or filled up with zeros.
  public init(_ bytes: [UInt8]) {
    self.bytes = Array(bytes.prefix(12)) + [UInt8](repeating: 0, count: max(0, 12 - bytes.count))
  }
}
