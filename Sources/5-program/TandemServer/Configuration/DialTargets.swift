import SIP
import Softswitch

/// Whether a text can name somebody to call: a user, a number, `user@domain`, or a URI.
package func isDialTarget(_ text: String) -> Bool {
  guard (1...256).contains(text.utf8.count) else { return false }
  if text.hasPrefix("sip:") || text.hasPrefix("tel:") { return URI(text) != nil }
  return text.utf8.allSatisfy { 0x21..<0x7F ~= $0 && !"<>\"\\:;?/".utf8.contains($0) }
    && text.split(separator: "@", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    && text.count { $0 == "@" } <= 1
}

/// Names in settings that lead to nobody.
struct DanglingTargets: Error, CustomStringConvertible {
  let names: [String]

  var description: String {
    names.joined(separator: "\n") + "\nwrite a user, a group, a number or a service that exists"
  }
}

extension Configuration {
  /// The domain that a target names, where that is none of the node's; nil for all others.
  func foreignDomain(of target: String) -> String? {
    let host: String
    if case .sip(let uri)? = target.hasPrefix("sip:") ? URI(target) : nil {
      host = uri.host
    } else if let at = target.lastIndex(of: "@") {
      host = String(target[target.index(after: at)...])
    } else {
      return nil
    }
    let name = AddressOfRecord.canonical(domain: host)
    let isOwn =
      domains.contains { $0.name == name } || ownAddresses.contains { "\($0)" == name }
    return isOwn ? nil : host
  }
}
