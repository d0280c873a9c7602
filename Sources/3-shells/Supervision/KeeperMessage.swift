/// What keeper and worker say to each other: one packet each on a socket that keeps boundaries.
///
///     octet 0      version of this layout, 0x01
///     octet 1      kind
///     octet 2      length of the name
///     then         the name, then the payload
///
/// Descriptors travel beside the packet. After an upgrade an older keeper faces a newer worker, so
/// a kind once given keeps its meaning, and what is unknown is passed over.
struct KeeperMessage: Equatable, Sendable {
  enum Kind: UInt8, CaseIterable, Sendable {
    // Worker to keeper.
    /// Hold these descriptors and this payload; in place of what the name had before.
    case keep = 0x01
    case drop = 0x02
    /// Send all that is held: `kept` for each name, then `end`.
    case list = 0x03
    /// The worker works: from now on its death is an accident, whatever its status.
    case ready = 0x04
    /// Start the program anew and let it take over.
    case upgrade = 0x05
    /// The new worker is prepared: have the old one hand over.
    case takeOver = 0x06
    /// The worker ends on purpose and is not to be started again.
    case goingDown = 0x07
    /// The worker ends because it has handed over; whoever comes next goes on.
    case handedOver = 0x08
    /// The worker does not hang; said about once a second.
    case alive = 0x09

    // Keeper to worker.
    case kept = 0x81
    /// The name was dropped since the list was sent.
    case dropped = 0x82
    case end = 0x83
    /// Hand over and exit: another worker is prepared.
    case yield = 0x84
    case upgradeBegun = 0x85
    /// The payload says why, as text.
    case upgradeFailed = 0x86
  }

  var kind: Kind
  var name = ""
  var payload: [UInt8] = []

  private static let version: UInt8 = 0x01
  private static let headerBytes = 3

  /// The longest packet.
  static let capacity = headerBytes + KeeperLimits.name + KeeperLimits.payload

  init(_ kind: Kind, name: String = "", payload: [UInt8] = []) {
    self.kind = kind
    self.name = name
    self.payload = payload
  }

  /// Nil for what another version of the program may say.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.headerBytes, bytes[0] == Self.version,
      let kind = Kind(rawValue: bytes[1])
    else { return nil }
    let end = Self.headerBytes + Int(bytes[2])
    guard bytes.count >= end else { return nil }
    self.kind = kind
    name = String(decoding: bytes[Self.headerBytes..<end], as: UTF8.self)
    payload = Array(bytes[end...])
  }

  var bytes: [UInt8] {
    let text = Array(name.utf8.prefix(KeeperLimits.name))
    return [Self.version, kind.rawValue, UInt8(text.count)] + text + payload
  }
}
