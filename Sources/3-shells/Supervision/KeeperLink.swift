import Glibc
import Synchronization

/// A worker's side of its keeper: gives it descriptors to hold, takes back what an earlier worker
/// left, and replaces it when it dies.
///
/// The order of a worker's life: `restore`, `start`, (`takeOver` if `isSuccessor`), `keep` as
/// sockets are bound, `ready`; at the end `goingDown`, or after `onYield` more `keep` and then
/// `handedOver`. Everything may be called from any thread.
package final class KeeperLink: Sendable {
  /// What a worker that takes over is given beside what `restore` gave.
  package struct HandOver: Equatable, Sendable {
    /// Newer than what `restore` gave under the same name, if it gave any.
    package var kept: [KeptDescriptors] = []
    /// Names that `restore` gave and that are void.
    package var dropped: [String] = []
  }

  /// What became of the wish for an upgrade.
  package enum UpgradeAnswer: Equatable, Sendable {
    /// The new worker is prepared: `onYield` follows.
    case begun
    /// This worker goes on; why, as text.
    case failed(String)
  }

  /// The keeper died.
  package enum KeeperLoss: Equatable, Sendable {
    /// This process is the keeper now, and has been sent everything.
    case replaced(by: pid_t)
    /// Tried again later.
    case notReplaced(KeeperFault)
    /// This worker was to take over and has not: it must exit, for the old one goes on.
    case abandoned
  }

  package struct Handlers: Sendable {
    package var onYield: @Sendable () -> Void
    package var onKeeperLost: @Sendable (KeeperLoss) -> Void

    /// Both are called on the link's own thread, which waits for them.
    package init(
      onYield: @escaping @Sendable () -> Void,
      onKeeperLost: @escaping @Sendable (KeeperLoss) -> Void
    ) {
      self.onYield = onYield
      self.onKeeperLost = onKeeperLost
    }
  }

  /// How this worker starts a keeper in place of one that died.
  package struct Successor: Sendable {
    package var arguments: [String]
    package var name: String
    package var environment: [String: String]

    /// - Parameters:
    ///   - arguments: that make the executable a keeper of this worker's arguments.
    ///   - name: `argv[0]`.
    package init(arguments: [String], name: String, environment: [String: String]) {
      self.arguments = arguments
      self.name = name
      self.environment = environment
    }
  }

  struct Record {
    var descriptors: [Int32]
    var payload: [UInt8]
    var order: UInt64
  }

  struct State {
    var channel: KeeperChannel
    var records: [String: Record] = [:]
    var order: UInt64 = 0
    var isReady = false
    /// This worker serves; a successor does not until it has taken over.
    var isInCharge: Bool
    /// It ends, so that no other keeper is wanted.
    var isLeaving = false
    var isLost = false
    var handOver: (HandOver, CheckedContinuation<HandOver, any Error>)?
    var upgrade: CheckedContinuation<UpgradeAnswer, Never>?
    /// What came while the list was read.
    var early: [KeeperMessage] = []
  }

  let state: Mutex<State>
  /// This worker is to take over from one that still runs: it may touch no socket that is
  /// restored until `takeOver` has returned.
  package let isSuccessor: Bool

  /// Nil if no keeper started this process.
  package init?(environment: [String: String]) {
    guard let text = environment[WorkerEnvironment.keeper], let descriptor = Int32(text),
      WorkerEnvironment.isSocket(descriptor)
    else { return nil }
    isSuccessor = environment[WorkerEnvironment.successor] != nil
    state = Mutex(
      State(channel: KeeperChannel(owning: descriptor), isInCharge: !isSuccessor))
  }
}

// Keeping.
extension KeeperLink {
  /// Has the keeper hold descriptors under a name, in place of those that the name had. They stay
  /// the caller's too, who leaves them open until `drop`, because another keeper may need them.
  ///
  /// - Throws: `limit`, or `keeperSilent`. A keeper that is dead is no error: the next one is
  ///   sent the descriptors.
  package func keep(
    _ name: String, _ descriptors: [Int32], payload: [UInt8] = []
  ) throws(KeeperFault) {
    guard name.utf8.count <= KeeperLimits.name, payload.count <= KeeperLimits.payload,
      descriptors.count <= KeeperLimits.descriptors
    else { throw .limit("\(name) is too much to keep under one name") }
    try locked { state throws(KeeperFault) in
      guard state.records.count < KeeperLimits.items || state.records[name] != nil else {
        throw .limit("\(KeeperLimits.items) names are kept already")
      }
      state.order += 1
      state.records[name] = Record(
        descriptors: descriptors, payload: payload, order: state.order)
      do throws(KeeperFault) {
        try state.send(KeeperMessage(.keep, name: name, payload: payload), descriptors)
      } catch {
        state.records[name] = nil
        throw error
      }
    }
  }

  /// Has the keeper close what it holds under the name.
  package func drop(_ name: String) throws(KeeperFault) {
    try locked { state throws(KeeperFault) in
      guard state.records.removeValue(forKey: name) != nil else { return }
      try state.send(KeeperMessage(.drop, name: name))
    }
  }

  /// How many names are kept.
  package var count: Int { state.withLock { $0.records.count } }

  private func locked(_ body: (inout State) throws(KeeperFault) -> Void) throws(KeeperFault) {
    try state.withLock { state throws(KeeperFault) in try body(&state) }
  }
}

// Life and end.
extension KeeperLink {
  /// The worker works. Until this has been said once, an exit with an error makes the keeper exit
  /// too, as a mistake in the configuration should.
  package func ready() {
    state.withLock { state in
      state.isReady = true
      try? state.send(KeeperMessage(.ready))
    }
  }

  /// The worker does not hang. To be said about once a second, by what would hang if it did: a
  /// keeper whose service manager asks for signs of life kills a worker that gives none.
  package func alive() {
    state.withLock { state in try? state.send(KeeperMessage(.alive)) }
  }

  /// The worker is about to exit and wants not to be started again.
  package func goingDown() {
    leave(saying: .goingDown)
  }

  /// The worker is about to exit after it has handed over.
  package func handedOver() {
    leave(saying: .handedOver)
  }

  private func leave(saying kind: KeeperMessage.Kind) {
    state.withLock { state in
      state.isLeaving = true
      try? state.send(KeeperMessage(kind))
    }
  }

  /// Starts the program anew beside this worker. After `begun` comes `onYield`.
  package func upgrade() async -> UpgradeAnswer {
    await withCheckedContinuation { continuation in
      let refusal = state.withLock { state -> String? in
        guard state.upgrade == nil else { return "an upgrade is under way" }
        do throws(KeeperFault) {
          try state.send(KeeperMessage(.upgrade))
          guard !state.isLost else { return "the keeper is being replaced" }
          state.upgrade = continuation
          return nil
        } catch {
          return "\(error)"
        }
      }
      if let refusal { continuation.resume(returning: .failed(refusal)) }
    }
  }

  /// Has the old worker hand over, and waits until it has and is gone. For a worker that is
  /// prepared; one that is no successor has nothing to wait for.
  ///
  /// - Throws: a `KeeperFault`; then the process has to exit.
  package func takeOver() async throws -> HandOver {
    guard isSuccessor else { return HandOver() }
    return try await withCheckedThrowingContinuation { continuation in
      let fault = state.withLock { state -> KeeperFault? in
        guard !state.isLost else { return .keeperLost }
        do throws(KeeperFault) {
          try state.send(KeeperMessage(.takeOver))
          state.handOver = (HandOver(), continuation)
          return nil
        } catch {
          return error
        }
      }
      if let fault { continuation.resume(throwing: fault) }
    }
  }
}

extension KeeperLink.State {
  /// How long a keeper may take to read: it does nothing else.
  private static let patience = Duration.seconds(2)

  /// Sends, waiting for room. A keeper that is gone is noticed by the link's thread.
  mutating func send(
    _ message: KeeperMessage, _ descriptors: [Int32] = []
  ) throws(KeeperFault) {
    guard !isLost else { return }
    let deadline = MonotonicTime.now + Self.patience
    while true {
      switch channel.send(message.bytes, descriptors) {
      case .sent:
        return
      case .failed(let code):
        if code == EPIPE || code == ECONNRESET || code == ENOTCONN {
          isLost = true
          return
        }
        throw .system("sendmsg", code)
      case .full:
        guard MonotonicTime.now < deadline else { throw .keeperSilent }
        channel.wait(toWrite: true, timeout: 10)
        // Room in the queue does not mean that more descriptors may be on their way.
        usleep(100)
      }
    }
  }
}
