import Softswitch

extension ConfigurationSchema {
  static var routing: Section<Configuration.Routing> {
    let initial = Configuration.Routing()
    return Section(
      title: "routing", initial: initial,
      fields: [
        .optional(
          "maximumDiversions", \.maximumDiversions, .integer(in: 0...20), default: initial,
          "how often one call may be sent on"),
        .optional(
          "doNotDisturbStatus", \.doNotDisturbStatus, .integer(in: 480...486), default: initial,
          "what callers hear of who is not to be disturbed: 480, or 486 (busy)"),
      ],
      check: { routing, node, reading in
        if ![480, 486].contains(routing.doNotDisturbStatus) {
          reading.report("doNotDisturbStatus is 480 or 486", at: node)
        }
      })
  }

  static var group: Section<Configuration.Group> {
    let initial = Configuration.Group()
    let name = ValueReader<String>.word(
      "group name", and: "-_.", longest: 64, example: "sales")
    return Section(
      title: "a group", initial: initial,
      fields: [
        .required("name", \.name, name, "what it is called, the part before the @"),
        .optional("domain", \.domain, .domainName, "its domain; the first one when left out"),
        .optional("number", \.number, .dialled, "what else is dialled for it, in quotes"),
        .optional(
          "strategy", \.strategy, .choice, default: initial,
          "all members at once, or one after the other"),
        .required(
          "members", \.members,
          .list(
            "list of dial targets", of: .dialTarget, count: 1...RingGroup.maximumMembers),
          "users, numbers or other groups, in the order in which they are tried"),
        .optional(
          "ringTimeout", \.ringTimeout, .duration(in: .seconds(1)...(.seconds(600))),
          default: initial, "how long all of them ring, or each one of a serial group"),
        .optional(
          "skipBusy", \.skipBusy, .flag, default: initial,
          "whether members who are in a call are passed over"),
        .optional("then", \.then, .dialTarget, "where a call goes that no member has taken"),
      ])
  }

  static var forwarding: Section<Forwarding> {
    Section(
      title: "forward", initial: Forwarding(),
      fields: [
        .optional("always", \.always, .dialTarget, "without trying the subscriber's phones"),
        .optional("busy", \.busy, .dialTarget, "when they refuse"),
        .optional("noAnswer", \.noAnswer, noAnswer.reader, "when nobody answers"),
        .optional(
          "unregistered", \.unregistered, .dialTarget, "when there is none, or out of reach"),
      ])
  }

  private static var noAnswer: Section<Forwarding.NoAnswer> {
    Section(
      title: "noAnswer", initial: Forwarding.NoAnswer(to: ""),
      fields: [
        .required("to", \.to, .dialTarget, "where the call goes"),
        .optional(
          "after", \.after, .duration(in: .seconds(1)...(.seconds(600))),
          "how long the phones ring before; sip.ringTimeout when left out"),
      ])
  }

  static var dialRules: ValueReader<[DialRule]> {
    .list("list of dial rules", of: .dialRule, count: 0...DialRule.maximumRules)
  }
}

extension ValueReader where Value == String {
  /// What is dialled: an extension or an E.164 number.
  fileprivate static var dialled: ValueReader {
    .word(
      "number to dial", and: "*#+", longest: 32, example: "\"600\"", needsQuotes: true)
  }

  /// Somebody, as the settings of another name him.
  static var dialTarget: ValueReader {
    .scalar("dial target", example: "bob", text: { $0 }) { written throws(Wrong) in
      guard isDialTarget(written) else {
        throw Wrong(
          "is nobody to call; write a user, a number in quotes, user@domain or a sip: URI, "
            + "such as bob")
      }
      return written
    }
  }
}

extension ValueReader where Value == DialRule {
  static var dialRule: ValueReader {
    .scalar("dial rule", example: "internal", text: \.text) { written throws(Wrong) in
      guard let rule = DialRule(written) else {
        throw Wrong(
          "is no dial rule; write internal, services, a prefix such as \"+49\", "
            + "or \"!+49900\" for what is not allowed")
      }
      return rule
    }
  }
}

extension ValueReader where Value == Bool {
  static var flag: ValueReader {
    .scalar("true or false", example: "true", text: { "\($0)" }) { written throws(Wrong) in
      switch written {
      case "true", "yes", "on": return true
      case "false", "no", "off": return false
      default: throw Wrong("is neither true nor false; write one of them")
      }
    }
  }
}
