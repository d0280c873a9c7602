import Machines

/// A logical part of the node's (later the cluster's) calls: the unit that moves on a restart or
/// a takeover. A shard is mapped to the event loop that owns its calls.
package struct Shard: Hashable, Sendable {
  /// Two base-32 digits in every name that we create.
  package static let count: UInt16 = 1024

  package let number: UInt16

  package init(_ number: UInt16) {
    self.number = number % Shard.count
  }

  /// The shard of a name that a stranger chose: a Call-ID, or a subscriber's address (FNV-1a).
  package init(hashing name: String) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    self.init(UInt16(truncatingIfNeeded: hash >> 32 ^ hash) % Shard.count)
  }
}

/// A call's name, unique without coordination: its shard and 64 random bits.
package struct CallID: Hashable, Sendable {
  package let shard: Shard
  package let number: UInt64

  package init(shard: Shard, number: UInt64) {
    self.shard = shard
    self.number = number
  }

  /// 64 random bits need no more.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(number)
  }
}

/// A leg of a call by its place: 0 is the caller's.
package struct LegID: Hashable, Sendable, Comparable {
  package let index: UInt8

  package init(_ index: UInt8) {
    self.index = index
  }

  package static let caller = LegID(0)

  package static func < (left: LegID, right: LegID) -> Bool { left.index < right.index }
}

extension CallID: CustomStringConvertible {
  /// 15 base-32 digits: the shard, then the number.
  package var description: String {
    var digits: [UInt8] = []
    digits.appendBase32(UInt64(shard.number), digits: 2)
    digits.appendBase32(number, digits: 13)
    return String(decoding: digits, as: UTF8.self)
  }

  package init?(_ text: String) {
    guard text.utf8.count == 15 else { return nil }
    let digits = Array(text.utf8)
    guard let shard = digits.base32(0..<2), let number = digits.base32(2..<15) else { return nil }
    self.init(shard: Shard(UInt16(shard)), number: number)
  }
}

/// A Call-ID, tag or branch of ours. It names the call and the leg that it belongs to, so that
/// whatever comes back finds its owner without a table: shard, call, leg, then 64 random bits
/// that a stranger cannot guess (RFC 3261 §19.3 asks for 32).
package struct LegToken: Hashable, Sendable {
  package let call: CallID
  package let leg: LegID

  /// Writes a new token of 30 digits.
  package static func make(_ call: CallID, _ leg: LegID, _ random: inout Randomness) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(30)
    digits.appendBase32(UInt64(call.shard.number), digits: 2)
    digits.appendBase32(call.number, digits: 13)
    digits.appendBase32(UInt64(leg.index), digits: 2)
    digits.appendBase32(random.next(), digits: 13)
    return String(decoding: digits, as: UTF8.self)
  }

  /// Reads a token, or a branch made of one; nil for what is not ours.
  package init?(_ text: String) {
    var digits = Array(text.utf8)
    if digits.starts(with: branchCookie) { digits.removeFirst(branchCookie.count) }
    guard digits.count == 30, let shard = digits.base32(0..<2),
      let number = digits.base32(2..<15), let leg = digits.base32(15..<17), leg <= 255
    else { return nil }
    call = CallID(shard: Shard(UInt16(shard)), number: number)
    self.leg = LegID(UInt8(leg))
  }
}

/// Marks a branch made by an implementation of RFC 3261 (§8.1.1.7).
private let branchCookie = Array("z9hG4bK".utf8)

extension [UInt8] {
  fileprivate mutating func appendBase32(_ value: UInt64, digits: Int) {
    for position in (0..<digits).reversed() {
      let digit =
        position >= 13 ? 0 : UInt8(truncatingIfNeeded: value >> (5 * UInt64(position)) & 31)
      append(digit < 26 ? digit + UInt8(ascii: "a") : digit - 26 + UInt8(ascii: "2"))
    }
  }

  fileprivate func base32(_ range: Range<Int>) -> UInt64? {
    var value: UInt64 = 0
    for digit in self[range] {
      switch digit {
      case UInt8(ascii: "a")...UInt8(ascii: "z"):
        value = value << 5 | UInt64(digit - UInt8(ascii: "a"))
      case UInt8(ascii: "2")...UInt8(ascii: "7"):
        value = value << 5 | UInt64(digit - UInt8(ascii: "2") + 26)
      default: return nil
      }
    }
    return value
  }
}
