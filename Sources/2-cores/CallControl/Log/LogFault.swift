/// Why bytes of the call log say nothing that this program understands.
package struct LogFault: Error, Equatable, Sendable {
  package enum Reason: Equatable, Sendable {
    /// The bytes end before the value does.
    case truncated
    /// A tag that stands for no case of the type.
    case unknownTag(UInt8, of: String)
    /// A value that the type cannot have.
    case malformed(String)
    /// Bytes are left behind the last value.
    case surplus
    /// Written by a later program than this one.
    case unknownVersion(UInt16)
    /// An event that cannot happen to the call as the events before have made it.
    case disorder(String)
  }

  package let reason: Reason
  /// Octets from the start of what was to be decoded.
  package let offset: Int

  package init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}

extension LogFault: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .truncated: "cut off at octet \(offset)"
    case .unknownTag(let tag, let type): "unknown tag \(tag) of \(type) at octet \(offset)"
    case .malformed(let what): "malformed \(what) at octet \(offset)"
    case .surplus: "octets left over at \(offset)"
    case .unknownVersion(let version): "version \(version) of the log"
    case .disorder(let what): "out of order: \(what)"
    }
  }
}
