extension ConfigurationSchema {
  static var security: Section<Configuration.Security> {
    Section(
      title: "security", initial: Configuration.Security(),
      fields: [
        .optional(
          "guessing", \.guessing, guessing.reader, default: Configuration.Security(),
          "how wrong passwords are met; a first challenge is never withheld, an account never locked"
        )
      ])
  }

  private static var guessing: Section<Configuration.Guessing> {
    let initial = Configuration.Guessing()
    return Section(
      title: "security.guessing", initial: initial,
      fields: [
        .optional(
          "tolerated", \.tolerated, .integer(in: 0...999), default: initial,
          "wrong passwords of one source (an IPv4 address, an IPv6 /64) for one account that are "
            + "answered at once"),
        .optional(
          "refused", \.refused, .integer(in: 1...1000), default: initial,
          "from so many on, the source is not heard about the account (503); "
            + "from five times as many, about any"),
        .optional(
          "delay", \.delay, .duration(in: .milliseconds(1)...(.seconds(10))), default: initial,
          "how long the first answer beyond the tolerated ones is held, each further one twice "
            + "as long"),
        .optional(
          "longestDelay", \.longestDelay, .duration(in: .milliseconds(1)...(.seconds(30))),
          default: initial, "how long an answer is held at most"),
        .optional(
          "forgiveness", \.forgiveness, .duration(in: .milliseconds(100)...(.seconds(86_400))),
          default: initial, "one wrong password is forgotten each time that this has passed"),
        .optional(
          "tracked", \.tracked, .integer(in: 1000...10_000_000), default: initial,
          "sources and accounts that are remembered"),
      ],
      check: { guessing, node, reading in
        if guessing.refused <= guessing.tolerated {
          reading.report("security.guessing: refused must be more than tolerated", at: node)
        }
      })
  }
}
