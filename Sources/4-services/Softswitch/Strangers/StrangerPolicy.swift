/// What is heard of those who have not shown a password, and are not trusted.
package struct StrangerPolicy: Equatable, Sendable {
  /// Requests a second of one source that are looked at for as long as it likes.
  package var rate = 300
  /// Requests beyond the rate that a source may save up.
  package var burst = 3000
  /// The most sources, and the most phones that have shown a password, that are remembered.
  package var tracked = 65_536
  /// What a User-Agent begins with that is met with silence, in small letters.
  package var ignoredUserAgents: [String] = []

  package init() {}
}
