import Addressing

/// What DNS answered to one question.
public enum DNSAnswer: Hashable, Sendable {
  case records([DNSRecord], lifetime: Duration)
  /// There is no such name, or none of such records at it (RFC 2308 §2).
  case nothing(lifetime: Duration)
  /// Nobody answered, or the answer was of no use.
  case failed

  /// How long it may be kept.
  public var lifetime: Duration? {
    switch self {
    case .records(_, let lifetime), .nothing(let lifetime): lifetime
    case .failed: nil
    }
  }

  var records: [DNSRecord] {
    if case .records(let records, _) = self { records } else { [] }
  }
}

/// What one record says.
public enum DNSRecord: Hashable, Sendable {
  case address(IPAddress)
  case service(ServiceRecord)
  case authority(AuthorityPointer)
}

/// A SRV record (RFC 2782).
public struct ServiceRecord: Hashable, Sendable {
  /// The lower, the sooner.
  public let priority: UInt16
  /// The share among those of one priority.
  public let weight: UInt16
  public let port: UInt16
  /// Empty: the service is decidedly not offered here.
  public let target: String

  public init(priority: UInt16, weight: UInt16, port: UInt16, target: String) {
    self.priority = priority
    self.weight = weight
    self.port = port
    self.target = target
  }
}

/// A NAPTR record (RFC 3403 §4.1), of which SIP uses no regular expression.
public struct AuthorityPointer: Hashable, Sendable {
  public let order: UInt16
  public let preference: UInt16
  public let flags: String
  public let service: String
  public let replacement: String

  public init(
    order: UInt16, preference: UInt16, flags: String, service: String, replacement: String
  ) {
    self.order = order
    self.preference = preference
    self.flags = flags
    self.service = service
    self.replacement = replacement
  }
}
