import Softswitch
import Storage
import TandemServer

/// `user@domain` as the command line takes it.
struct SubscriberAddress {
  let user: String
  let domain: String

  init(_ text: String, in configuration: Configuration) throws {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let user = parts.first, !user.isEmpty, let first = configuration.domains.first else {
      throw Refusal("\"\(text)\" is no subscriber: write user or user@domain")
    }
    let domain = parts.count == 2 ? parts[1].lowercased() : first.name
    guard configuration.domains.contains(where: { $0.name == domain }) else {
      let known = configuration.domains.map(\.name).joined(separator: ", ")
      throw Refusal("\(domain) is not a domain of this node, which serves \(known)")
    }
    self.user = String(user)
    self.domain = domain
  }

  /// The YAML file is the only place to change what it says.
  func mustNotStand(in configuration: Configuration, of file: String) throws {
    let stands = configuration.domains.contains { domain in
      domain.name == self.domain && domain.subscribers.contains { $0.user == user }
    }
    if stands {
      throw Refusal(
        "\(user)@\(domain) stands in \(file); a subscriber may stand in the configuration file or "
          + "in the database, not in both. Change it in the file")
    }
  }
}

/// A number reaches one subscriber, wherever that one is kept.
func refuseTakenNumber(_ number: String?, in configuration: Configuration) throws {
  guard let number else { return }
  for domain in configuration.domains {
    if let owner = domain.subscribers.first(where: { $0.number == number }) {
      throw Refusal("number \(number) belongs to \(owner.user)@\(domain.name) in the YAML file")
    }
  }
}

extension PasswordHashes {
  init(_ password: String, for address: SubscriberAddress) {
    self.init(
      CredentialHashes(user: address.user, realm: address.domain, password: password))
  }
}
