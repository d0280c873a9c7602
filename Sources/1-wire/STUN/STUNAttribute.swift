import Addressing

/// One attribute (RFC 8489 §14): a type, a length, and a value that is filled up to 32 bits.
public struct STUNAttribute: Hashable, Sendable {
  public let type: UInt16
  public let value: [UInt8]

  public init(_ type: UInt16, _ value: [UInt8]) {
    self.type = type
    self.value = value
  }

  // §18.3
  public static let mappedAddress: UInt16 = 0x0001
  public static let username: UInt16 = 0x0006
  public static let messageIntegrity: UInt16 = 0x0008
  public static let errorCode: UInt16 = 0x0009
  public static let unknownAttributes: UInt16 = 0x000A
  public static let realm: UInt16 = 0x0014
  public static let nonce: UInt16 = 0x0015
  public static let messageIntegritySHA256: UInt16 = 0x001C
  public static let passwordAlgorithm: UInt16 = 0x001D
  public static let userHash: UInt16 = 0x001E
  public static let xorMappedAddress: UInt16 = 0x0020
  public static let software: UInt16 = 0x8022
  public static let fingerprint: UInt16 = 0x8028

  /// §14: whoever does not know it cannot do what the message asks for.
  public var isComprehensionRequired: Bool { type < 0x8000 }
}

// §14.2: an address that a translator which rewrites addresses in messages does not find.
//
//      0                   1                   2                   3
//     |0 0 0 0 0 0 0 0|    family     |      port, with the cookie    |
//     |      address, with the cookie and the transaction's ID        |
extension STUNAttribute {
  private static let families: (v4: UInt8, v6: UInt8) = (0x01, 0x02)

  public static func xorMappedAddress(
    _ endpoint: IPEndpoint, _ transaction: STUNTransactionID
  ) -> STUNAttribute {
    var value: [UInt8] = [0, endpoint.address.isIPv6 ? families.v6 : families.v4]
    value.append(number: endpoint.port ^ UInt16(STUNMessage.cookie >> 16))
    switch endpoint.address {
    case .v4(let address):
      value.append(longNumber: address ^ STUNMessage.cookie)
    case .v6(let high, let low):
      let mask = mask(transaction)
      value.append(longNumber: UInt32(truncatingIfNeeded: (high ^ mask.high) >> 32))
      value.append(longNumber: UInt32(truncatingIfNeeded: high ^ mask.high))
      value.append(longNumber: UInt32(truncatingIfNeeded: (low ^ mask.low) >> 32))
      value.append(longNumber: UInt32(truncatingIfNeeded: low ^ mask.low))
    }
    return STUNAttribute(xorMappedAddress, value)
  }

  /// The address in an attribute of this kind; nil for another kind, or one that is malformed.
  public func xorMappedEndpoint(_ transaction: STUNTransactionID) -> IPEndpoint? {
    guard type == Self.xorMappedAddress, value.count >= 8 else { return nil }
    let port = value.number(at: 2) ^ UInt16(STUNMessage.cookie >> 16)
    switch (value[1], value.count) {
    case (Self.families.v4, 8):
      return IPEndpoint(.v4(value.longNumber(at: 4) ^ STUNMessage.cookie), port)
    case (Self.families.v6, 20):
      let mask = Self.mask(transaction)
      let high = UInt64(value.longNumber(at: 4)) << 32 | UInt64(value.longNumber(at: 8))
      let low = UInt64(value.longNumber(at: 12)) << 32 | UInt64(value.longNumber(at: 16))
      return IPEndpoint(.v6(high ^ mask.high, low ^ mask.low), port)
    default:
      return nil
    }
  }

  private static func mask(_ transaction: STUNTransactionID) -> (high: UInt64, low: UInt64) {
    let bytes = transaction.bytes
    let high = UInt64(STUNMessage.cookie) << 32 | UInt64(bytes.longNumber(at: 0))
    return (high, UInt64(bytes.longNumber(at: 4)) << 32 | UInt64(bytes.longNumber(at: 8)))
  }

  /// §14.8.
  public static func error(_ code: Int, _ reason: String) -> STUNAttribute {
    STUNAttribute(
      errorCode,
      [0, 0, UInt8(clamping: code / 100), UInt8(clamping: code % 100)] + reason.utf8.prefix(127))
  }
}
