import Machines

/// A call was sent on from where it was going: forwarded by the callee's settings, or redirected
/// by its phone.
package struct Diversion: Equatable, Sendable {
  /// Who did not take the call: `user@domain`.
  package let from: String
  /// The SIP URI that the call goes to instead.
  package let to: String
  package let reason: DiversionReason
  package let time: WallTime

  package init(from: String, to: String, reason: DiversionReason, time: WallTime) {
    self.from = from
    self.to = to
    self.reason = reason
    self.time = time
  }
}

/// Why a call is not, or could not be, taken by whom it was meant for.
package enum DiversionReason: String, Equatable, Sendable, CaseIterable {
  case unconditional, busy, noAnswer, unregistered, doNotDisturb
  /// The phone answered with a 3xx.
  case deflection
}

extension DiversionReason {
  /// The `reason` parameter of a Diversion header (RFC 5806 §4).
  var diversionToken: String {
    switch self {
    case .unconditional: "unconditional"
    case .busy: "user-busy"
    case .noAnswer: "no-answer"
    case .unregistered: "unavailable"
    case .doNotDisturb: "do-not-disturb"
    case .deflection: "deflection"
    }
  }

  /// The SIP status that says the same in a Reason header (RFC 3326 §2).
  var status: Int {
    switch self {
    case .unconditional, .deflection: 302
    case .busy: 486
    case .noAnswer: 408
    case .unregistered, .doNotDisturb: 480
    }
  }

  /// For people.
  package var text: String {
    switch self {
    case .unconditional: "always"
    case .busy: "busy"
    case .noAnswer: "no answer"
    case .unregistered: "unregistered"
    case .doNotDisturb: "do not disturb"
    case .deflection: "redirected by the phone"
    }
  }
}

/// What became of the phones that were tried, for whoever says where the call goes next.
package struct RouteInquiry: Equatable, Sendable {
  /// Nil where the failure is none that a call is forwarded on.
  package let reason: DiversionReason?
  /// Where a phone redirected the call to, the most preferred first.
  package let contacts: [String]

  package init(reason: DiversionReason?, contacts: [String] = []) {
    self.reason = reason
    self.contacts = contacts
  }
}

extension Call {
  /// What the failure of the phones means for the call.
  var inquiry: RouteInquiry {
    RouteInquiry(reason: setback, contacts: redirection)
  }

  private var setback: DiversionReason? {
    guard let failure = bestFailure else { return nil }
    switch failure.status {
    case 486, 600, 603: return .busy
    case 408: return failure.party.isEmpty || hasRung(failure.party) ? .noAnswer : .unregistered
    case 480, 487:
      if hasRung(failure.party) { return .noAnswer }
      // A phone's refusal comes with a reason, one that could not be reached has none. Phones
      // that are not to be disturbed say 480 at once.
      return failure.reason == nil ? .unregistered : .busy
    default: return nil
    }
  }

  private func hasRung(_ party: String) -> Bool {
    legs.dropFirst().contains { $0.party == party && $0.rangAt != nil }
  }

  /// A phone of the party has said that none of them is to be tried (RFC 3261 §16.7 step 5).
  func hasDeclined(_ party: String) -> Bool {
    legs.dropFirst().contains { $0.party == party && $0.outcome?.status ?? 0 >= 600 }
  }

  /// For the call's record: who sent it on to whom, and why.
  package var diversionNote: String? {
    if diversions.isEmpty { return nil }
    return diversions.map { "forwarded from \($0.from) to \($0.to) (\($0.reason.text))" }
      .joined(separator: "; ")
  }
}
