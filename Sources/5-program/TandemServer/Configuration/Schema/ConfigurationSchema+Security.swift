import Addressing

extension ConfigurationSchema {
  static var security: Section<Configuration.Security> {
    let initial = Configuration.Security()
    let networks = ValueReader<[IPNetwork]>.list(
      "list of networks", of: .network, count: 0...1000)
    return Section(
      title: "security", initial: initial,
      fields: [
        .optional(
          "deny", \.deny, networks, default: initial,
          "networks whose datagrams and connections are not taken; `0.0.0.0/0` is everybody"),
        .optional(
          "allow", \.allow, networks, default: initial, "exceptions from what is denied"),
        .optional(
          "strangers", \.strangers, strangers.reader, default: initial,
          "how much is heard of a source that has not shown a password and is not trusted"),
        .optional(
          "guessing", \.guessing, guessing.reader, default: initial,
          "how wrong passwords are met; a first challenge is never withheld, an account never locked"
        ),
      ])
  }

  private static var strangers: Section<Configuration.Strangers> {
    let initial = Configuration.Strangers()
    let name = ValueReader<String>.text("name", example: "friendly-scanner")
    return Section(
      title: "security.strangers", initial: initial,
      fields: [
        .optional(
          "rate", \.rate, .integer(in: 1...1_000_000), default: initial,
          "requests a second of one source (an IPv4 address, an IPv6 /64) that are looked at; "
            + "what is beyond gets no answer"),
        .optional(
          "burst", \.burst, .integer(in: 1...10_000_000), default: initial,
          "requests that a source may save up"),
        .optional(
          "tracked", \.tracked, .integer(in: 1000...10_000_000), default: initial,
          "sources that are remembered, and phones that have shown a password"),
        .optional(
          "ignoreUserAgents", \.ignoreUserAgents,
          .list("list of names", of: name, count: 0...100), default: initial,
          "what a User-Agent begins with that gets no answer, such as `friendly-scanner`"),
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
