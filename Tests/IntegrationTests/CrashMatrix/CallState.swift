/// A state that calls are brought to before the kill, and how they go on from there.
struct CallState: Sendable {
  /// As the documentation has it.
  let name: String
  /// Whom the calls of this state are for; a subscriber of its own tells the records apart.
  let user: String
  let caller: Party
  let callees: [Party]
  let cause: Int

  /// What one side plays, and at which of its stops the calls are in this state; nil where the
  /// other sides tell enough.
  struct Party: Sendable {
    let scenario: String
    let stop: String?
    /// The other stops that are not passed at once, in milliseconds.
    var pauses: [String: Int] = [:]
  }

  private init(
    _ name: String, _ user: String, _ caller: Party, _ callees: Party..., cause: Int = 200
  ) {
    self.name = name
    self.user = user
    self.caller = caller
    self.callees = callees
    self.cause = cause
  }

  /// The records of each call: its own, and one for each phone if there are several.
  var recordsPerCall: Int { callees.count > 1 ? 1 + callees.count : 1 }

  static let all: [CallState] = [
    CallState(
      "INVITE sent to the phone, which is silent; 100 to the caller", "trying",
      .init(scenario: "caller-paced", stop: nil),
      .init(scenario: "callee-paced", stop: "silence")),
    CallState(
      "INVITE sent to two phones, which are silent", "forktrying",
      .init(scenario: "caller-paced", stop: nil),
      // The other phone is to have rung when this one answers.
      .init(scenario: "callee-paced", stop: "silence", pauses: ["ring": 3000]),
      .init(scenario: "callee-cancelled-paced", stop: "silence")),
    CallState(
      "ringing", "ringing",
      .init(scenario: "caller-paced", stop: nil),
      .init(scenario: "callee-paced", stop: "ring")),
    CallState(
      "two phones ringing", "forkringing",
      .init(scenario: "caller-paced", stop: nil),
      .init(scenario: "callee-paced", stop: "ring"),
      .init(scenario: "callee-cancelled-paced", stop: nil)),
    CallState(
      "answered, the caller's ACK not yet there", "answered",
      .init(scenario: "caller-paced", stop: "ackDelay"),
      .init(scenario: "callee-paced", stop: nil)),
    CallState(
      "answered by one phone, the other's CANCEL not yet answered, nor the caller's ACK there",
      "forkanswered",
      .init(scenario: "caller-paced", stop: "ackDelay"),
      .init(scenario: "callee-paced", stop: nil, pauses: ["ring": 300]),
      .init(scenario: "callee-cancelled-paced", stop: "cancelSilence")),
    CallState(
      "talking", "talking",
      .init(scenario: "caller-paced", stop: "hold"),
      .init(scenario: "callee-paced", stop: nil)),
    CallState(
      "re-INVITE (hold) not yet answered", "holding",
      .init(scenario: "caller-holds-paced", stop: nil),
      .init(scenario: "callee-held-paced", stop: "answerDelay")),
    CallState(
      "re-INVITE answered, the ACK not yet there", "held",
      .init(scenario: "caller-holds-paced", stop: "ackDelay"),
      .init(scenario: "callee-held-paced", stop: nil)),
    CallState(
      "CANCEL not yet answered by the phone", "cancelling",
      .init(scenario: "caller-cancels-ringing", stop: nil),
      .init(scenario: "callee-cancelled-paced", stop: "cancelSilence"), cause: 487),
    CallState(
      "two phones' CANCEL not yet answered", "forkcancelling",
      .init(scenario: "caller-cancels-ringing", stop: nil),
      .init(scenario: "callee-cancelled-paced", stop: "cancelSilence"),
      .init(scenario: "callee-cancelled-paced", stop: "cancelSilence"), cause: 487),
    CallState(
      "BYE not yet answered by the other side", "ending",
      .init(scenario: "caller-paced", stop: nil),
      .init(scenario: "callee-paced", stop: "byeSilence")),
  ]
}

extension CallState.Party {
  private static let stops = [
    "ackDelay", "hold", "silence", "ring", "byeSilence", "answerDelay", "cancelSilence",
  ]

  /// The scenario with its stops: this state's takes so long that the kill falls into it, and ends
  /// for each call at another moment.
  func sipp(overTCP: Bool = false) -> SIPp {
    var sipp = SIPp(scenario: scenario, overTCP: overTCP, patience: .seconds(40))
    for name in Self.stops {
      sipp.values[name] = #"milliseconds="\#(pauses[name] ?? 20)""#
    }
    if let stop {
      sipp.values[stop] = #"distribution="uniform" min="3000" max="6000""#
    }
    // The ACK is sent again after a restart.
    sipp.passesOverRepeats = scenario == "callee-paced" || scenario == "callee-held-paced"
    if scenario == "callee-held-paced" { sipp.values["ring"] = "20" }
    return sipp
  }
}
