import Softswitch

/// The tables of subscriptions, publications and messages.
struct SimulatedState {
  private(set) var subscriptions: [Subscription] = []
  private(set) var publications: [Publication] = []
  private(set) var messages: [InstantMessage] = []

  /// What a process that starts is told.
  var recorded: RecordedState {
    RecordedState(
      subscriptions: subscriptions, publications: publications,
      messages: messages.map {
        KeptMessageMark(id: $0.id, recipient: $0.recipient, expiresAt: $0.expiresAt)
      })
  }

  mutating func apply(_ change: RecordedChange) {
    switch change {
    case .subscribed(let subscription):
      subscriptions.removeAll { $0.id == subscription.id }
      subscriptions.append(subscription)
    case .unsubscribed(let id):
      subscriptions.removeAll { $0.id == id }
    case .published(let publication):
      publications.removeAll { $0.id == publication.id }
      publications.append(publication)
    case .unpublished(let id):
      publications.removeAll { $0.id == id }
    case .messageKept(let message):
      messages.append(message)
    case .messageForgotten(let id):
      messages.removeAll { $0.id == id }
    }
  }
}
