import Glibc
import Synchronization

// What the keeper says, and its end.

extension KeeperLink {
  private static let restoringPatience = Duration.seconds(10)

  /// Takes what earlier workers left, once, before `start`. The descriptors become the caller's,
  /// and count as kept by this worker until it drops their names.
  ///
  /// A keeper that dies meanwhile leaves the worker with what came so far.
  package func restore() throws(KeeperFault) -> [KeptDescriptors] {
    let channel = state.withLock { $0.channel }
    try state.withLock { state throws(KeeperFault) in try state.send(KeeperMessage(.list)) }
    var restored: [KeptDescriptors] = []
    var deadline = MonotonicTime.now + Self.restoringPatience
    while MonotonicTime.now < deadline {
      switch channel.receive() {
      case .packet(let bytes, let descriptors):
        deadline = .now + Self.restoringPatience
        guard let message = KeeperMessage(bytes) else { continue }
        switch message.kind {
        case .kept:
          restored.append(take(message, descriptors))
        case .end:
          return restored
        default:
          state.withLock { $0.early.append(message) }
        }
      case .nothing:
        channel.wait(timeout: 100)
      case .cut:
        throw .limit("a descriptor that the keeper holds finds no room in this process")
      case .ended:
        return restored
      }
    }
    throw .keeperSilent
  }

  /// Listens to the keeper, on a thread of the link's own, for the rest of the process's life.
  package func start(
    replacingKeeperBy successor: Successor, _ handlers: Handlers
  ) throws(KeeperFault) {
    try ListeningThread.start(name: "keeper-link") { [self] in
      let early = state.withLock { state in
        defer { state.early = [] }
        return state.early
      }
      for message in early { take(message, [], handlers) }
      listen(successor, handlers)
    }
  }

  private func listen(_ successor: Successor, _ handlers: Handlers) {
    var replacement = KeeperReplacement(successor)
    while true {
      let channel = state.withLock { $0.channel }
      switch channel.receive() {
      case .packet(let bytes, let descriptors):
        if let message = KeeperMessage(bytes) { take(message, descriptors, handlers) }
      case .cut:
        break
      case .nothing:
        channel.wait()
      case .ended:
        guard keeperEnded(&replacement, handlers) else { return }
      }
    }
  }

  private func take(
    _ message: KeeperMessage, _ descriptors: [Int32], _ handlers: Handlers
  ) {
    switch message.kind {
    case .kept:
      let kept = take(message, descriptors)
      state.withLock { $0.handOver?.0.kept.append(kept) }
    case .dropped:
      state.withLock { state in
        state.records[message.name] = nil
        state.handOver?.0.dropped.append(message.name)
      }
    case .end:
      let done = state.withLock { state in
        defer { state.handOver = nil }
        state.isInCharge = true
        return state.handOver
      }
      if let (handOver, continuation) = done { continuation.resume(returning: handOver) }
    case .yield:
      handlers.onYield()
    case .upgradeBegun:
      answerUpgrade(.begun)
    case .upgradeFailed:
      answerUpgrade(.failed(String(decoding: message.payload, as: UTF8.self)))
    case .keep, .drop, .list, .ready, .alive, .upgrade, .takeOver, .goingDown, .handedOver:
      break
    }
  }

  private func take(_ message: KeeperMessage, _ descriptors: [Int32]) -> KeptDescriptors {
    state.withLock { state in
      state.order += 1
      state.records[message.name] = Record(
        descriptors: descriptors, payload: message.payload, order: state.order)
    }
    return KeptDescriptors(
      name: message.name, descriptors: descriptors, payload: message.payload)
  }

  private func answerUpgrade(_ answer: UpgradeAnswer) {
    let continuation = state.withLock { state in
      defer { state.upgrade = nil }
      return state.upgrade
    }
    continuation?.resume(returning: answer)
  }
}

// Another keeper in place of one that died.
extension KeeperLink {
  /// - Returns: whether there is a keeper to listen to.
  private func keeperEnded(
    _ replacement: inout KeeperReplacement, _ handlers: Handlers
  ) -> Bool {
    let (isInCharge, waiting) = state.withLock { state in
      defer { state.handOver = nil }
      state.isLost = true
      return (state.isInCharge, state.handOver)
    }
    replacement.buryPredecessor()
    answerUpgrade(.failed("the keeper died"))
    guard isInCharge else {
      waiting?.1.resume(throwing: KeeperFault.keeperLost)
      handlers.onKeeperLost(.abandoned)
      return false
    }
    while true {
      if state.withLock({ $0.isLeaving }) { return false }
      do throws(KeeperFault) {
        let (process, channel) = try replacement.start()
        try state.withLock { state throws(KeeperFault) in try state.move(to: channel) }
        handlers.onKeeperLost(.replaced(by: process))
        return true
      } catch {
        replacement.dismiss()
        handlers.onKeeperLost(.notReplaced(error))
        replacement.pause()
      }
    }
  }
}

extension KeeperLink.State {
  /// Sends another keeper all that the last one held.
  mutating func move(to channel: KeeperChannel) throws(KeeperFault) {
    self.channel = channel
    isLost = false
    for (name, record) in records.sorted(by: { $0.value.order < $1.value.order }) {
      do throws(KeeperFault) {
        try send(KeeperMessage(.keep, name: name, payload: record.payload), record.descriptors)
      } catch .system {
        // A descriptor that its owner has closed without a word.
        records[name] = nil
      }
    }
    if isReady { try send(KeeperMessage(.ready)) }
  }
}
