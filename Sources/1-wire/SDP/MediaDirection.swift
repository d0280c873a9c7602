/// Which way a stream flows, seen by the one who writes it (RFC 8866 §6.7).
public enum MediaDirection: String, CaseIterable, Sendable {
  case sendrecv, sendonly, recvonly, inactive

  public init(sends: Bool, receives: Bool) {
    switch (sends, receives) {
    case (true, true): self = .sendrecv
    case (true, false): self = .sendonly
    case (false, true): self = .recvonly
    case (false, false): self = .inactive
    }
  }

  public var sends: Bool { self == .sendrecv || self == .sendonly }
  public var receives: Bool { self == .sendrecv || self == .recvonly }

  /// The same flow seen from the other end.
  public var mirrored: MediaDirection {
    MediaDirection(sends: receives, receives: sends)
  }

  /// What is left of an answer's direction once the offer allows it (RFC 3264 §6.1): one cannot
  /// send to who does not receive, nor receive from who does not send.
  public func limited(toAnswer offered: MediaDirection) -> MediaDirection {
    MediaDirection(sends: sends && offered.receives, receives: receives && offered.sends)
  }
}

extension [SDPAttribute] {
  /// The first direction among these; nil when they name none.
  public var direction: MediaDirection? {
    for attribute in self {
      if let direction = MediaDirection.allCases.first(where: { attribute.isNamed($0.rawValue) }) {
        return direction
      }
    }
    return nil
  }

  /// Leaves exactly one direction, in the place of the first that stood here.
  public mutating func setDirection(_ direction: MediaDirection) {
    let isDirection = { (attribute: SDPAttribute) in
      MediaDirection.allCases.contains { attribute.isNamed($0.rawValue) }
    }
    let position = firstIndex(where: isDirection)
    removeAll(where: isDirection)
    insert(SDPAttribute(direction.rawValue), at: position ?? count)
  }
}
