/// What a reload has changed, or would change.
package struct ReloadDocument: Codable, Equatable, Sendable {
  /// The file that the node reads.
  package var file: String
  /// False for a trial.
  package var isApplied: Bool
  package var changes: [ConfigurationChange]
  /// Changes beyond those.
  package var omitted: Int

  static let maximumChanges = 1000

  init(file: String, isApplied: Bool, _ changes: [ConfigurationChange]) {
    self.file = file
    self.isApplied = isApplied
    self.changes = Array(changes.prefix(Self.maximumChanges))
    omitted = changes.count - self.changes.count
  }
}

extension ReloadDocument {
  static let schema: JSONValue = .object(
    "What a reload has changed, or would change.",
    [
      "file": .text("The configuration file that the node reads."),
      "isApplied": .flag("It has been done; false for a trial."),
      "changes": .list(
        of: .object(
          "One thing in which the file differs from what the node goes by.",
          [
            "path": .text("`domains[example.test].subscribers[alice].number`"),
            "old": .text("Secrets as dots; missing for what was not there."),
            "new": .text("Missing for what is gone."),
            "needs": .choice(
              ConfigurationChange.Effect.allCases.map(\.rawValue),
              "When it counts: at once, or with the next process (`tandem upgrade`)."),
          ], optional: ["old", "new"]), "In the order of the reference."),
      "omitted": .whole("Changes beyond those."),
    ])
}
