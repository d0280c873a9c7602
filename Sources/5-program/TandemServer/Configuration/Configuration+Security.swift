extension Configuration {
  /// How strangers are met.
  package struct Security: Equatable, Sendable {
    package var guessing = Guessing()
  }

  /// How wrong passwords are met: at first as mistakes, then slowly, then not at all.
  package struct Guessing: Equatable, Sendable {
    /// Of one source for one account.
    package var tolerated = 5
    package var refused = 15
    package var delay = Duration.milliseconds(500)
    package var longestDelay = Duration.seconds(8)
    package var forgiveness = Duration.seconds(60)
    package var tracked = 65_536
  }
}
