import SIP

/// What to answer a REGISTER with.
package struct RegisterAnswer: Equatable, Sendable {
  package var status: Int
  /// Nil: the status code's own phrase.
  package var reason: String?
  package var headers: [HeaderField]

  package init(_ status: Int, _ reason: String? = nil, headers: [HeaderField] = []) {
    self.status = status
    self.reason = reason
    self.headers = headers
  }
}

/// What the registrar decided about a REGISTER.
package enum RegisterDecision: Equatable, Sendable {
  /// Put the events on record, apply them, then answer; if they cannot be put on record, answer
  /// 500 and apply none (RFC 3261 §10.3 step 7).
  case update([BindingEvent], RegisterAnswer)
  /// Nothing changes: the request only asks, or was heard before.
  case fetch(RegisterAnswer)
  case reject(RegisterAnswer)

  package var events: [BindingEvent] {
    if case .update(let events, _) = self { events } else { [] }
  }

  package var answer: RegisterAnswer {
    switch self {
    case .update(_, let answer), .fetch(let answer), .reject(let answer): answer
    }
  }
}
