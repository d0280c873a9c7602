import Addressing

/// Every key of the configuration file: where it goes, how it is read, what it is for.
package enum ConfigurationSchema {
  /// In the order of the reference.
  package static var keys: [ConfigurationKey] { root.reader.keys }

  static var root: Section<Configuration> {
    let initial = Configuration()
    return Section(
      title: "the top level", initial: initial,
      fields: [
        .optional(
          "node", \.node, node.reader, default: initial, "who this node is among others"),
        .required(
          "store", \.store, .store,
          "where subscribers, registrations and call records are kept; "
            + "a relative path begins at the folder of this file"),
        .required("sip", \.sip, sip.reader, "signalling"),
        .required("media", \.media, media.reader, "what carries the voice"),
        .optional(
          "http", \.http, http.reader, "health checks, metrics and the API; none when left out"),
        .required(
          "domains", \.domains,
          .list("list of domains", of: domain.reader, count: 1...(.max)),
          "the domains that the node serves; "
            + "a request to one of the node's own addresses means the first"),
        .optional(
          "groups", \.groups, .list("list of groups", of: group.reader), default: initial,
          "ring groups; `tandem group add` keeps further ones in the store"),
        .optional(
          "routing", \.routing, routing.reader, default: initial, "how calls find their way"),
        .optional(
          "registrar", \.registrar, registrar.reader, default: initial,
          "how long registrations last"),
        .optional(
          "services", \.services, services.reader, default: initial,
          "numbers that the node itself answers"),
        .optional(
          "limits", \.limits, limits.reader, default: initial,
          "how much of each thing there may be"),
        .optional(
          "dns", \.dns, dns.reader, default: initial, "how names are looked up"),
        .optional(
          "callLog", \.callLog, callLog.reader, default: initial,
          "the log by which calls outlive the process"),
        .optional(
          "security", \.security, security.reader, default: initial, "how strangers are met"),
        .optional("log", \.log, log.reader, default: initial, "what is logged"),
      ])
  }

  private static var node: Section<Configuration.Node> {
    let initial = Configuration.Node()
    let word = ValueReader<String>.word("name", and: "-_.", longest: 63, example: "a1")
    return Section(
      title: "node", initial: initial,
      fields: [
        .optional("name", \.name, word, default: initial, "the node's name, on its records"),
        .optional("region", \.region, word, default: initial, "the region it runs in"),
        .optional("zone", \.zone, word, default: initial, "the zone of the region"),
      ])
  }

  private static var limits: Section<Configuration.Limits> {
    let initial = Configuration.Limits()
    func field(
      _ key: String, _ property: WritableKeyPath<Configuration.Limits, Int>,
      _ range: ClosedRange<Int>, _ help: String
    ) -> Field<Configuration.Limits> {
      .optional(key, property, .integer(in: range), default: initial, help)
    }
    return Section(
      title: "limits", initial: initial,
      fields: [
        field("calls", \.calls, 1...1_000_000, "calls at a time"),
        field("registrations", \.registrations, 1...10_000_000, "contacts that are registered"),
        field("connections", \.connections, 1...1_000_000, "open connections"),
        field("messageBytes", \.messageBytes, 1500...1_048_576, "the longest SIP message"),
        field(
          "pendingWrites", \.pendingWrites, 100...1_000_000,
          "writes that wait for the database"),
        field(
          "nonces", \.nonces, 1000...10_000_000,
          "logins whose nonce is remembered, so that it cannot be replayed"),
      ])
  }

  private static var log: Section<Configuration.Log> {
    let initial = Configuration.Log()
    return Section(
      title: "log", initial: initial,
      fields: [
        .optional("level", \.level, .choice, default: initial, "the least that is worth a line"),
        .optional(
          "format", \.format, .choice, default: initial,
          "how a line is written: `text` for people, `json` for collectors, an object a line"),
      ])
  }
}
