import SIP

/// The name under which a subscriber is reached, `user@domain`, in canonical form
/// (RFC 3261 §10.3 step 5): no parameters, no escapes, no port.
///
/// The domain is in lower case; the user is as the RFC has it, case-sensitive (§19.1.4).
package struct AddressOfRecord: Hashable, Sendable {
  package let user: String
  package let domain: String

  /// - Parameter user: with its escapes undone.
  package init(user: String, domain: String) {
    self.user = user
    self.domain = Self.canonical(domain: domain)
  }

  /// Nil if the URI names no user.
  package init?(_ uri: SIPURI) {
    guard let user = uri.userDecoded, !user.isEmpty else { return nil }
    self.init(user: user, domain: uri.host)
  }

  /// The URI that it stands for, with what must be escaped in the user escaped.
  package var uri: SIPURI {
    SIPURI(user: Self.escaping(user), host: domain, port: nil)
  }

  /// A host name in lower case, without the dot that ends a fully qualified one.
  package static func canonical(domain: String) -> String {
    let isCanonical = domain.utf8.allSatisfy {
      $0 < 0x80 && !(UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0)
    }
    if isCanonical, domain.utf8.last != UInt8(ascii: ".") { return domain }
    let lower = domain.lowercased()
    return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
  }

  /// Leaves `unreserved` and `user-unreserved` alone (RFC 3261 §25.1).
  private static func escaping(_ user: String) -> String {
    var text: [UInt8] = []
    for byte in user.utf8 {
      if plainInUser.contains(byte) {
        text.append(byte)
      } else {
        text.append(UInt8(ascii: "%"))
        text += [byte >> 4, byte & 15].map { upperDigits[Int($0)] }
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension AddressOfRecord: CustomStringConvertible {
  package var description: String { "\(user)@\(domain)" }
}

private let upperDigits = Array("0123456789ABCDEF".utf8)

private let plainInUser = Set(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()&=+$,;?/".utf8)
