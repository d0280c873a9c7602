import Softswitch

extension Configuration {
  /// A domain that the node is responsible for (RFC 3261 §16.4).
  package struct Domain: Equatable, Sendable {
    /// In lower case.
    package var name = ""
    /// Whom its subscribers may call, those that have no rules of their own; nil: everybody.
    package var mayCall: [DialRule]?
    package var subscribers: [Subscriber] = []
  }

  package struct Subscriber: Equatable, Sendable {
    package var user = ""
    /// An E.164 number with its `+`, which also reaches the subscriber.
    package var number: String?
    package var credential = Credential.password(Secret(""))
    package var settings = SubscriberSettings()
  }

  /// What a subscriber proves to know.
  package enum Credential: Equatable, Sendable {
    case password(Secret)
    case hashes(HashedPassword)
  }

  /// HA1 of RFC 7616 §3.4.2 in lower-case hexadecimal, at least one of them. Whoever has one
  /// can log in with it, so that they are as secret as the password.
  package struct HashedPassword: Equatable, Sendable {
    package var md5: Secret?
    package var sha256: Secret?
    package var sha512_256: Secret?
  }
}
