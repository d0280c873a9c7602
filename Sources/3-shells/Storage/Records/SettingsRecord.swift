/// What a subscriber wants of its calls, as the database keeps it. Targets are a user, a number,
/// `user@domain` or a URI, as written.
package struct SettingsRecord: Equatable, Sendable {
  package var forwardAlways: String?
  package var forwardBusy: String?
  package var forwardNoAnswer: String?
  /// Milliseconds of ringing; nil: as long as the node lets phones ring.
  package var noAnswerAfter: Int64?
  package var forwardUnregistered: String?
  package var doNotDisturb: Bool
  package var maximumCalls: Int?
  /// `internal`, `services`, prefixes, and `!` before those that are denied; nil: everybody.
  package var mayCall: [String]?

  package init(
    forwardAlways: String? = nil, forwardBusy: String? = nil, forwardNoAnswer: String? = nil,
    noAnswerAfter: Int64? = nil, forwardUnregistered: String? = nil, doNotDisturb: Bool = false,
    maximumCalls: Int? = nil, mayCall: [String]? = nil
  ) {
    self.forwardAlways = forwardAlways
    self.forwardBusy = forwardBusy
    self.forwardNoAnswer = forwardNoAnswer
    self.noAnswerAfter = noAnswerAfter
    self.forwardUnregistered = forwardUnregistered
    self.doNotDisturb = doNotDisturb
    self.maximumCalls = maximumCalls
    self.mayCall = mayCall
  }
}
