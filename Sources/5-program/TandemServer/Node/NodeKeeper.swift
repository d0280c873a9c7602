import Glibc
import Logging
import MediaControl
import SIPTransport
import Supervision
import Synchronization

/// The node's side of its keeper: the process that holds the sockets while no worker does.
final class NodeKeeper: Sendable {
  private let link: KeeperLink
  private let logger: Logger
  private let state: Mutex<State>

  private struct State {
    var process: pid_t
    var onYield: (@Sendable () -> Void)?
    /// The keeper asked before there was anybody to ask.
    var isYielding = false
  }

  /// Nil for a process that no keeper has started.
  init?(environment: [String: String], logger: Logger) {
    guard let link = KeeperLink(environment: environment) else { return nil }
    self.link = link
    self.logger = logger
    state = Mutex(State(process: getppid()))
  }

  /// The keeper's process.
  var process: pid_t { state.withLock { $0.process } }

  /// Takes back what an earlier process left. In an upgrade that one has handed over and is gone
  /// when this returns.
  ///
  /// - Parameter command: what this process was started as, with the program's name first.
  func takeSockets(
    _ configuration: Configuration, command: [String], environment: [String: String]
  ) async throws -> KeptSockets {
    var kept = try link.restore()
    try link.start(
      replacingKeeperBy: .init(
        arguments: ["keeper"] + command.dropFirst(), name: command.first ?? "tandem",
        environment: environment),
      .init(
        onYield: { [weak self] in self?.yield() },
        onKeeperLost: { [weak self] in self?.lost($0) }))
    if link.isSuccessor {
      // While the old process still serves: what is wrong with the configuration costs nothing.
      try Node.check(configuration)
      logger.notice("prepared to take over")
      let handOver = try await link.takeOver()
      let newer = Set(handOver.kept.map(\.name) + handOver.dropped)
      for item in kept where newer.contains(item.name) { item.descriptors.forEach { close($0) } }
      kept = kept.filter { !newer.contains($0.name) } + handOver.kept
    }
    let sockets = KeptSockets(kept, configuration)
    for name in sockets.obsolete { drop(name) }
    return sockets
  }

  /// What to do when another process is to take over.
  func onYield(_ body: @escaping @Sendable () -> Void) {
    let mustYield = state.withLock { state in
      state.onYield = body
      return state.isYielding
    }
    if mustYield { body() }
  }

  func upgrade() async throws {
    if case .failed(let reason) = await link.upgrade() { throw UpgradeRefused(reason: reason) }
  }

  func keep(listeners: [String: [CInt]]) {
    for (name, descriptors) in listeners { keep(SocketName.listener + name, descriptors) }
  }

  func keep(_ name: String, _ descriptors: [CInt], payload: [UInt8] = []) {
    do {
      try link.keep(name, descriptors, payload: payload)
    } catch {
      logger.error(
        "a socket would not outlive this process",
        metadata: ["socket": "\(name)", "error": "\(error)"])
    }
  }

  func ready() { link.ready() }
  func alive() { link.alive() }
  func goingDown() { link.goingDown() }
  func handedOver() { link.handedOver() }

  private func drop(_ name: String) {
    try? link.drop(name)
  }

  private func yield() {
    let body = state.withLock { state in
      state.isYielding = true
      return state.onYield
    }
    body?()
  }

  private func lost(_ loss: KeeperLink.KeeperLoss) {
    switch loss {
    case .replaced(let process):
      state.withLock { $0.process = process }
      logger.warning(
        "the keeper has died; another holds the sockets", metadata: ["process": "\(process)"])
    case .notReplaced(let fault):
      logger.error(
        "the keeper has died and none could be started: the sockets would not outlive this process",
        metadata: ["error": "\(fault)"])
    case .abandoned:
      logger.error("the keeper has died before this process took over: the old one goes on")
      exit(1)
    }
  }
}

/// The keeper has not started another process.
struct UpgradeRefused: Error, CustomStringConvertible {
  let reason: String

  var description: String { "no upgrade: \(reason)" }
}
