import Addressing

/// Whom a node hears at all: everybody but the denied networks, and of those the allowed ones.
///
/// To hear a few networks only, deny everything (`0.0.0.0/0`, `::/0`) and allow those.
package struct AccessList: Hashable, Sendable {
  package var denied: [IPNetwork]
  /// Exceptions from what is denied.
  package var allowed: [IPNetwork]

  package init(denied: [IPNetwork] = [], allowed: [IPNetwork] = []) {
    self.denied = denied
    self.allowed = allowed
  }

  package func admits(_ address: IPAddress) -> Bool {
    guard denied.contains(where: { $0.contains(address) }) else { return true }
    return allowed.contains { $0.contains(address) }
  }
}
