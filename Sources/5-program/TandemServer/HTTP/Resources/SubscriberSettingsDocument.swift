import Softswitch

// What a subscriber wants of its calls, as the API takes and shows it.
extension SettingsChange {
  static let keys = ["forward", "doNotDisturb", "maximumCalls", "mayCall"]

  /// Reads a merge patch (RFC 7396): null takes away.
  init(_ document: RequestDocument) throws(Problem) {
    self.init()
    if document.isNull("forward") {
      forwardNothing()
    } else if let forward = try document.document(
      "forward", known: ["always", "busy", "noAnswer", "unregistered"])
    {
      forwardAlways = try forward.change("always")
      forwardBusy = try forward.change("busy")
      forwardUnregistered = try forward.change("unregistered")
      try readNoAnswer(forward)
    }
    if let flag = try document.changeOfFlag("doNotDisturb") { doNotDisturb = flag ?? false }
    maximumCalls = try document.changeOfNumber("maximumCalls")
    mayCall = try document.changeOfList("mayCall")
  }

  private mutating func readNoAnswer(_ forward: RequestDocument) throws(Problem) {
    if forward.isNull("noAnswer") { return forwardNoAnswerNothing() }
    guard let noAnswer = try forward.document("noAnswer", known: ["to", "after"]) else { return }
    forwardNoAnswer = try noAnswer.change("to")
    if let after = try noAnswer.changeOfNumber("after") {
      guard after.map(Self.noAnswerSeconds.contains) ?? true else {
        throw .invalid("forward.noAnswer.after", "calls ring from 1 to 600 seconds")
      }
      noAnswerAfter = .some(after.map { .seconds($0) })
    }
  }

  /// The settings among the properties of a document that is sent.
  static let properties: [String: JSONValue] = [
    "forward": .closed(
      "Where calls go that the phones do not take; null: nowhere.",
      [
        "always": target("Without trying the phones."), "busy": target("When they refuse."),
        "unregistered": target("When there is none, or out of reach."),
        "noAnswer": JSONValue.closed(
          "When nobody answers.",
          [
            "to": target("Where the call goes."),
            "after": JSONValue.whole("Seconds of ringing before.", from: 1)
              .adding(["type": ["integer", "null"], "maximum": 600]),
          ], optional: ["to", "after"]
        ).adding(["type": ["object", "null"]]),
      ], optional: ["always", "busy", "unregistered", "noAnswer"]
    ).adding(["type": ["object", "null"]]),
    "doNotDisturb": JSONValue.flag("The phones are left in peace.")
      .adding(["type": ["boolean", "null"]]),
    "maximumCalls": JSONValue.whole("Calls at a time, in both directions.", from: 1)
      .adding(["type": ["integer", "null"], "maximum": 10_000]),
    "mayCall": JSONValue.list(of: rule, "Whom it may call; null: as its domain says.")
      .adding(["type": ["array", "null"], "maxItems": .integer(DialRule.maximumRules)]),
  ]

  private static let rule: JSONValue =
    JSONValue
    .text("`internal`, `services`, a prefix, or `!` and one that is denied.", example: "!+49900")
    .adding(["pattern": "^(internal|services|!?[0-9+*#]{1,32})$"])

  private static func target(_ description: String) -> JSONValue {
    JSONValue.text(description + " A user, a group, a number, `user@domain` or a URI.")
      .adding(["type": ["string", "null"], "minLength": 1, "maxLength": 256])
  }
}

extension ForwardingDocument {
  static let schema: JSONValue = .object(
    "Where calls go that the phones do not take.",
    [
      "always": .text("Without trying the phones."), "busy": .text("When they refuse."),
      "noAnswer": .object(
        "When nobody answers.",
        [
          "to": .text("Where the call goes."), "after": .whole("Seconds of ringing before."),
        ], optional: ["after"]),
      "unregistered": .text("When there is none, or out of reach."),
    ], optional: ["always", "busy", "noAnswer", "unregistered"])
}
