extension ConfigurationSchema {
  static var callLog: Section<Configuration.CallLog> {
    let initial = Configuration.CallLog()
    return Section(
      title: "callLog", initial: initial,
      fields: [
        .optional(
          "directory", \.directory, .directory,
          "the folder of its files; beside the database when left out"),
        .optional(
          "durability", \.durability, .choice, default: initial,
          "what calls outlive: the end of the `process`, or of the `machine` too, "
            + "for which each message waits for the disk"),
        .optional(
          "retention", \.retention, .duration(in: .seconds(60)...(.seconds(86_400 * 366))),
          default: initial, "how long `tandem call trace` finds calls that are over"),
        .optional(
          "megabytes", \.megabytes, .integer(in: 64...1_000_000), default: initial,
          "the room for them; the oldest go first"),
        .optional(
          "whenFailing", \.whenFailing, .choice, default: initial,
          "new calls while the disk takes no events: `refuse` them with 503, or `accept` them, "
            + "so that a crash would lose them"),
        .optional(
          "atStop", \.atStop, .choice, default: initial,
          "calls in progress when the program is told to end: `hangUp`, or `keep` them for the "
            + "next start"),
      ])
  }
}
