import Softswitch

/// What is to change of a subscriber's settings. Of each: nil leaves it as it is, `.some(nil)`
/// takes it away.
package struct SettingsChange: Equatable, Sendable {
  package var forwardAlways: String??
  package var forwardBusy: String??
  package var forwardNoAnswer: String??
  /// How long phones ring before `forwardNoAnswer`.
  package var noAnswerAfter: Duration??
  package var forwardUnregistered: String??
  package var doNotDisturb: Bool?
  package var maximumCalls: Int??
  /// Dial rules as written.
  package var mayCall: [String]??

  package init() {}

  package static let noAnswerSeconds = 1...600
  package static let callNumbers = 1...10_000

  /// Takes all forwarding away.
  package mutating func forwardNothing() {
    forwardAlways = .some(nil)
    forwardBusy = .some(nil)
    forwardUnregistered = .some(nil)
    forwardNoAnswerNothing()
  }

  package mutating func forwardNoAnswerNothing() {
    forwardNoAnswer = .some(nil)
    noAnswerAfter = .some(nil)
  }

  /// Somebody whom the change names, under its key.
  var targets: [(key: String, target: String)] {
    [
      ("forward.always", forwardAlways), ("forward.busy", forwardBusy),
      ("forward.noAnswer.to", forwardNoAnswer), ("forward.unregistered", forwardUnregistered),
    ].compactMap { key, target in target.flatMap { $0 }.map { (key, $0) } }
  }

  func apply(to settings: inout SubscriberSettings) throws(ProvisioningRefusal) {
    if let forwardAlways { settings.forward.always = forwardAlways }
    if let forwardBusy { settings.forward.busy = forwardBusy }
    if let forwardUnregistered { settings.forward.unregistered = forwardUnregistered }
    try applyNoAnswer(to: &settings.forward)
    if let doNotDisturb { settings.doNotDisturb = doNotDisturb }
    if let maximumCalls {
      guard maximumCalls.map(Self.callNumbers.contains) ?? true else {
        throw .invalid("maximumCalls", "maximumCalls is a number from 1 to 10000, or none")
      }
      settings.maximumCalls = maximumCalls
    }
    if let mayCall { settings.mayCall = try mayCall.map(Self.rules) }
  }

  private func applyNoAnswer(to forward: inout Forwarding) throws(ProvisioningRefusal) {
    let after = forward.noAnswer?.after
    if let forwardNoAnswer {
      forward.noAnswer = forwardNoAnswer.map { .init(to: $0, after: after) }
    }
    guard let noAnswerAfter else { return }
    if let seconds = noAnswerAfter {
      let range = Self.noAnswerSeconds
      guard .seconds(range.lowerBound) <= seconds, seconds <= .seconds(range.upperBound) else {
        throw .invalid("forward.noAnswer.after", "calls ring from 1 to 600 seconds")
      }
      guard forward.noAnswer != nil else {
        throw .invalid("forward.noAnswer.after", "after needs somebody to forward to")
      }
    }
    forward.noAnswer?.after = noAnswerAfter
  }

  private static func rules(_ words: [String]) throws(ProvisioningRefusal) -> [DialRule] {
    guard words.count <= DialRule.maximumRules else {
      throw .invalid("mayCall", "there may be \(DialRule.maximumRules) dial rules at most")
    }
    var rules: [DialRule] = []
    for word in words {
      guard let rule = DialRule(word) else {
        throw .invalid(
          "mayCall",
          "\"\(word.prefix(40))\" is no dial rule: write internal, services, +49 or !+49900")
      }
      rules.append(rule)
    }
    return rules
  }
}
