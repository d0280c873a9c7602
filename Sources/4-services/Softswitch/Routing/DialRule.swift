/// One thing that a subscriber may, or may not, call.
///
/// A number is allowed or not by the longest prefix that it begins with; one that begins with
/// none, by what it is: somebody of the node's domains, or a service.
package enum DialRule: Equatable, Hashable, Sendable {
  /// Subscribers and groups of the node's domains.
  case `internal`
  /// What the node itself answers.
  case services
  case allow(prefix: String)
  case deny(prefix: String)

  /// What a dialled number leads to.
  package enum Kind: Sendable {
    case `internal`, service, external
  }

  /// The most rules of one subscriber.
  package static let maximumRules = 64

  /// `internal`, `services`, a prefix such as `+49`, or one that is not allowed: `!+4990`.
  package init?(_ text: String) {
    switch text {
    case "internal": self = .internal
    case "services": self = .services
    default:
      let isDenied = text.hasPrefix("!")
      let prefix = isDenied ? String(text.dropFirst()) : text
      guard (1...32).contains(prefix.utf8.count), prefix.utf8.allSatisfy(Self.isDialled) else {
        return nil
      }
      self = isDenied ? .deny(prefix: prefix) : .allow(prefix: prefix)
    }
  }

  package var text: String {
    switch self {
    case .internal: "internal"
    case .services: "services"
    case .allow(let prefix): prefix
    case .deny(let prefix): "!" + prefix
    }
  }

  private static func isDialled(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "+*#".utf8.contains(byte)
  }
}

extension [DialRule] {
  package func permit(_ number: String, _ kind: DialRule.Kind) -> Bool {
    // Many keypads have no plus: a prefix with one is meant without it too.
    let spellings = number.first.map(\.isNumber) == true ? [number, "+" + number] : [number]
    var longest = 0
    var isAllowed: Bool?
    for rule in self {
      let (prefix, allows) =
        switch rule {
        case .allow(let prefix): (prefix, true)
        case .deny(let prefix): (prefix, false)
        case .internal, .services: ("", false)
        }
      guard !prefix.isEmpty, spellings.contains(where: { $0.hasPrefix(prefix) }) else { continue }
      // Of two of one length, the one that denies.
      if prefix.utf8.count > longest || (prefix.utf8.count == longest && !allows) {
        longest = prefix.utf8.count
        isAllowed = allows
      }
    }
    if let isAllowed { return isAllowed }
    switch kind {
    case .internal: return contains(.internal)
    case .service: return contains(.services)
    case .external: return false
    }
  }
}
