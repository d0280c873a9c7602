// Whether a transaction only absorbs what still comes for it: it sends nothing by itself any more,
// and its last timer does nothing but end it.

extension InviteServerTransaction {
  public var isAbsorbing: Bool {
    switch state {
    case .accepted(.some), .confirmed, .terminated: true
    case .proceeding, .accepted(nil), .completed: false
    }
  }
}

extension NonInviteServerTransaction {
  public var isAbsorbing: Bool {
    switch state {
    case .completed(_, .some), .terminated: true
    case .trying, .proceeding, .completed(_, nil): false
    }
  }
}

extension InviteClientTransaction {
  public var isAbsorbing: Bool {
    switch state {
    case .completed, .accepted, .terminated: true
    case .created, .calling, .proceeding: false
    }
  }
}

extension NonInviteClientTransaction {
  public var isAbsorbing: Bool {
    switch state {
    case .completed, .terminated: true
    case .created, .trying, .proceeding: false
    }
  }
}
