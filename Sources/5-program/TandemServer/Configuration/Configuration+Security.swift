import Addressing

extension Configuration {
  /// How strangers are met.
  package struct Security: Equatable, Sendable {
    package var deny: [IPNetwork] = []
    package var allow: [IPNetwork] = []
    package var strangers = Strangers()
    package var guessing = Guessing()
  }

  /// How much is heard of one source that has not shown a password.
  package struct Strangers: Equatable, Sendable {
    package var rate = 300
    package var burst = 3000
    package var tracked = 65_536
    package var ignoreUserAgents: [String] = []
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
