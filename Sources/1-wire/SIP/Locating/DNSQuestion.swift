/// One question to DNS.
public struct DNSQuestion: Hashable, Sendable {
  /// The types of records that lead to a SIP server, by their numbers (RFC 1035 §3.2.2, RFC 3596
  /// §2.1, RFC 2782, RFC 3403 §4.1).
  public enum Kind: UInt16, Hashable, Sendable, CaseIterable {
    case a = 1
    case aaaa = 28
    case srv = 33
    case naptr = 35
  }

  /// In lower case, without the dot at the end.
  public let name: String
  public let kind: Kind

  public init(_ name: String, _ kind: Kind) {
    let name = name.lowercased()
    self.name = name.hasSuffix(".") ? String(name.dropLast()) : name
    self.kind = kind
  }
}
