import Machines

/// A call as it is planned, and what its parties saw of it.
final class Session {
  enum Releaser: CaseIterable {
    case caller, callee, nobody
  }

  let number: Int
  let began: Instant
  let releaser: Releaser
  let talk: Duration
  let callerSpeaks: Bool
  let calleeSpeaks: Bool

  /// A crash took more than the profile promises to keep: what is promised does not hold for it.
  var isDoubtful = false
  /// The caller was told that there is a call.
  var isOpened = false
  /// The caller got a 2xx.
  var isAnswered = false
  /// The legs that the node has sent INVITEs on.
  var legs: Set<UInt8> = []

  init(_ number: Int, began: Instant, random: inout SeededGenerator) {
    self.number = number
    self.began = began
    releaser = random.chance(0.06) ? .nobody : random.one(of: [.caller, .callee])
    talk = random.duration(.milliseconds(100) ... .seconds(45))
    callerSpeaks = random.chance(0.85)
    calleeSpeaks = random.chance(0.85)
  }

  /// Travels to the callee as the call's subject, so that its phone knows the plan.
  var subject: String { "session \(number)" }

  static func number(subject: String?) -> Int? {
    guard let subject, subject.hasPrefix("session ") else { return nil }
    return Int(subject.dropFirst(8))
  }

  /// The caller's Call-ID begins with the number.
  static func number(callID: String) -> Int? {
    callID.split(separator: ".").first.flatMap { Int($0) }
  }
}
