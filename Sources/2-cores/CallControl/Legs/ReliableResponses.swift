import Machines
import SIP

/// The provisional responses to an INVITE that go reliably (RFC 3262 §3), and what has to wait for
/// their acknowledgement.
package struct ReliableResponses: Equatable, Sendable {
  /// Each early dialog numbers its responses by itself: to the caller it is another phone's.
  struct EarlyDialog: Equatable, Sendable {
    let tag: String
    var number: UInt32
    /// A description went under this tag.
    var isDescribed: Bool
  }

  /// The caller's `Require: 100rel`: each one but the 100. Else those with a description.
  let isRequired: Bool
  private(set) var dialogs: [EarlyDialog] = []
  private(set) var current: SentProvisional?
  /// In order; a second one leaves only when the one before it has been acknowledged.
  private(set) var waiting: [ProvisionalContent] = []
  /// The 2xx, while a response with a description has no PRACK.
  private(set) var heldAnswer: HeldAnswer?

  init(isRequired: Bool) {
    self.isRequired = isRequired
  }

  /// As it was when it was written down.
  init(
    restoring isRequired: Bool, dialogs: [EarlyDialog], current: SentProvisional?,
    waiting: [ProvisionalContent], heldAnswer: HeldAnswer?
  ) {
    self.isRequired = isRequired
    self.dialogs = dialogs
    self.current = current
    self.waiting = waiting
    self.heldAnswer = heldAnswer
  }

  package enum Event: Equatable, Sendable {
    case sent(SentProvisional)
    case delivery(ReliableProvisional.Event)
    /// By the PRACK with this branch, whose retransmission gets the same answer.
    case acknowledged(branch: String)
    case queued(ProvisionalContent)
    case dequeued
    case answerHeld(HeldAnswer)
    case answerReleased
  }

  mutating func apply(_ event: Event) {
    switch event {
    case .sent(let sent):
      current = sent
      if let index = dialogs.firstIndex(where: { $0.tag == sent.tag }) {
        dialogs[index].number = sent.number
        dialogs[index].isDescribed = dialogs[index].isDescribed || sent.isDescribed
      } else {
        dialogs.append(
          EarlyDialog(tag: sent.tag, number: sent.number, isDescribed: sent.isDescribed))
      }
    case .delivery(let event): current?.delivery.apply(event)
    case .acknowledged(let branch): current?.acknowledgement = branch
    case .queued(let content): waiting.append(content)
    case .dequeued: if !waiting.isEmpty { waiting.removeFirst() }
    case .answerHeld(let answer): heldAnswer = answer
    case .answerReleased: heldAnswer = nil
    }
  }

  /// One is under way: the next has to wait.
  var isBusy: Bool { current.map { !$0.delivery.isFinished } ?? false }

  /// A 2xx may not leave now (RFC 3262 §3, §5).
  var holdsAnswers: Bool {
    isBusy && current?.isDescribed == true || waiting.contains { !$0.body.isEmpty }
  }

  /// Whether the caller was given a description under the tag, and has said that it has it.
  func hasDescribed(_ tag: String) -> Bool {
    dialogs.contains { $0.tag == tag && $0.isDescribed } && !holdsAnswers
  }

  /// nil once the dialog's numbers have come to their end: they must not wrap around.
  func nextNumber(_ tag: String, first: UInt32) -> UInt32? {
    guard let last = dialogs.first(where: { $0.tag == tag })?.number else { return first }
    return last == .max ? nil : last + 1
  }
}

/// A reliable provisional response as it went.
package struct SentProvisional: Equatable, Sendable {
  /// Its RSeq.
  let number: UInt32
  let tag: String
  let isDescribed: Bool
  var delivery: ReliableProvisional
  /// The branch of the PRACK that has come.
  var acknowledgement: String?
}

/// What a provisional response says, kept until it may leave.
package struct ProvisionalContent: Equatable, Sendable {
  let status: Int
  let reason: String?
  let tag: String
  let body: [UInt8]
}

/// A 2xx that has been decided on and may not leave yet.
package struct HeldAnswer: Equatable, Sendable {
  let status: Int
  let reason: String?
  let body: [UInt8]
}

/// The last reliable provisional response that a phone sent in one early dialog (RFC 3262 §4).
package struct ReliableReceipt: Equatable, Sendable {
  let tag: String
  let number: UInt32
  /// It brought an offer, and its PRACK waits for the caller's answer.
  let awaitsAnswer: Bool
}
