/// A header field's name: compared without regard to case, and equal to its compact form
/// (RFC 3261 §7.3.1, §7.3.3).
public struct HeaderName: Sendable {
  let known: KnownHeader
  /// The name as it was given, when it has no code.
  private let text: String

  public init(_ text: String) {
    let known = HeaderNameTable.shared.lookUp(text)
    self.known = known
    self.text = known == .other ? text : ""
  }

  init(_ known: KnownHeader) {
    self.known = known
    text = ""
  }

  /// The name to write: as the RFC prints it, or as it was given.
  public var canonicalName: String {
    known == .other ? text : known.canonicalName
  }
}

extension HeaderName: Hashable {
  public static func == (left: HeaderName, right: HeaderName) -> Bool {
    guard left.known == right.known else { return false }
    return left.known != .other || left.text.utf8.equalsIgnoringCase(right.text.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(known)
    if known == .other {
      for byte in text.utf8 { hasher.combine(byte.lowercased) }
    }
  }
}

extension HeaderName: CustomStringConvertible {
  public var description: String { canonicalName }
}
