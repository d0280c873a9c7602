/// Why octets are no session description. The sender is to blame, always.
public struct SDPParseError: Error, Hashable, Sendable {
  /// Counted from 1; the last line when something is missing at the end.
  public var line: Int
  public var reason: Reason

  public enum Reason: Hashable, Sendable {
    case tooManyBytes, tooManyLines, lineTooLong, tooManyMedia
    /// Not a letter, an equals sign and a value.
    case notALine
    /// NUL, or a CR without its LF (RFC 8866 §5).
    case forbiddenOctet
    /// A letter that RFC 8866 does not define, which must not be ignored (§5).
    case unknownType(UInt8)
    /// Stands where it must not, or stands twice.
    case misplaced(UInt8)
    /// A required line is not there.
    case missing(UInt8)
    /// The value is not what the line's grammar says (§9).
    case malformed(UInt8)
  }

  public init(line: Int, reason: Reason) {
    self.line = line
    self.reason = reason
  }
}

extension SDPParseError: CustomStringConvertible {
  public var description: String { "line \(line): \(reason)" }
}

extension SDPParseError.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooManyBytes: "the description is too long"
    case .tooManyLines: "too many lines"
    case .lineTooLong: "the line is too long"
    case .tooManyMedia: "too many media"
    case .notALine: "not of the form letter=value"
    case .forbiddenOctet: "a NUL or a lone CR"
    case .unknownType(let type): "unknown line type \(quoted(type))"
    case .misplaced(let type): "\(quoted(type)) is out of place"
    case .missing(let type): "\(quoted(type)) is missing"
    case .malformed(let type): "\(quoted(type)) is malformed"
    }
  }

  private func quoted(_ type: UInt8) -> String {
    type > 0x20 && type < 0x7F ? "\(Character(Unicode.Scalar(type)))=" : "octet \(type)"
  }
}
