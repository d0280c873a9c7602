import SIP

/// What a party's messages say that it can do.
package struct PartyCapabilities: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Its Allow lists UPDATE (RFC 3311 §4).
  package static let update = PartyCapabilities(rawValue: 1 << 0)

  /// What the message adds and takes away; without the header it says nothing.
  func learning(from message: SIPMessage) -> PartyCapabilities {
    var learnt = self
    if message.contains(.allow) {
      learnt.set(.update, message.lists("UPDATE", in: .allow))
    }
    return learnt
  }

  private mutating func set(_ capability: PartyCapabilities, _ isThere: Bool) {
    if isThere { insert(capability) } else { remove(capability) }
  }
}
