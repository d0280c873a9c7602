import Machines

/// How wrong passwords are met: at first as mistakes, then slowly, then not at all.
package struct GuessingPolicy: Equatable, Sendable {
  /// Wrong passwords of one source for one account that are answered at once.
  package var tolerated = 5
  /// From so many on, what the source says for the account is not looked at.
  package var refused = 15
  /// How long the first answer beyond the tolerated ones is held; twice as long with each further
  /// one.
  package var delay: Duration = .milliseconds(500)
  package var longestDelay: Duration = .seconds(8)
  /// One wrong password is forgotten each time that this has passed.
  package var forgiveness: Duration = .seconds(60)
  /// The most sources and accounts that are remembered.
  package var tracked = 65_536
  /// The most answers that are held; beyond them a guess is refused at once.
  package var heldAnswers = 1000

  /// A source that guesses at many accounts is allowed as many times what it is for one, since
  /// a whole office may stand behind one address.
  let accountsPerSource = 5
  /// An account that so many times as many guesses aim at, from wherever, is under attack: a
  /// source that has guessed at all is tolerated and not more.
  let sourcesPerAccount = 5

  package init() {}
}
