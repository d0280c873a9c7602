import Foundation
import Glibc
import Synchronization

/// A node of our own in a folder of its own: the built program with a configuration file.
final class TandemNode: Sendable {
  let configuration: NodeConfiguration
  let folder: URL
  let file: URL
  private let process = Mutex<ChildProcess?>(nil)
  private let started = Atomic<Int>(0)

  init(_ configuration: NodeConfiguration, folder: URL) throws {
    self.configuration = configuration
    self.folder = folder
    file = folder.appending(path: "tandem.yaml")
    try Data(configuration.yaml(folder: folder).utf8).write(to: file)
  }

  /// `host:port` of its SIP listeners.
  var sipAddress: String { "\(configuration.address):\(configuration.sipPort)" }

  var identifier: Int32? { process.withLock { $0?.identifier } }

  /// Everything that it has logged since its last start.
  var log: String {
    process.withLock { $0 }.map { $0.output + $0.errors } ?? ""
  }

  /// Starts it, and returns when it takes calls.
  func start() async throws {
    let count = started.add(1, ordering: .relaxed).newValue
    let child = try ChildProcess(
      try Self.program(), ["serve", "--config", file.path], folder: folder,
      name: "node-\(count)")
    process.withLock { $0 = child }
    let isUp = try await eventually(within: .seconds(20)) { !child.isRunning || isReady }
    guard isUp, child.isRunning else {
      throw TestFailure("the node did not become ready:\n\(log.lastLines(30))")
    }
  }

  var isReady: Bool { fetch("/readyz")?.status == 200 }

  func fetch(_ path: String) -> (status: Int, text: String)? {
    HTTPProbe.get(path, host: "127.0.0.1", port: configuration.httpPort)
  }

  /// Ends it as an operator does. Returns its exit status, negative for a signal; nil too when the
  /// keeper was not the process that was started, but one that took its place.
  @discardableResult
  func stop() async throws -> Int32? {
    guard let child = process.withLock({ $0 }) else { return nil }
    guard child.isRunning else {
      try await stopWithoutItsFirstKeeper()
      return try await child.exitStatus(within: .zero)
    }
    child.signal(SIGTERM)
    let status = try await child.exitStatus(within: .seconds(10))
    await child.stop()
    return status
  }

  /// Waits for a crash that somebody else causes.
  func diesByItself(within limit: Duration) async throws -> Bool {
    guard let child = process.withLock({ $0 }) else { return true }
    return try await child.exitStatus(within: limit) != nil
  }

  /// The program lies beside the test bundle; TANDEM_PROGRAM names another one.
  static func program() throws -> String {
    let path: String
    if let named = ProcessInfo.processInfo.environment["TANDEM_PROGRAM"] {
      path = named
    } else {
      let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      path = URL(filePath: bundle).deletingLastPathComponent().appending(path: "tandem").path
    }
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw TestFailure("there is no program at \(path); `swift build` makes it")
    }
    return path
  }
}

/// Runs a node for the length of a test, in a folder that goes away with it.
func withNode(
  _ configuration: NodeConfiguration = NodeConfiguration(), starting: Bool = true,
  _ body: (TandemNode) async throws -> Void
) async throws {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "tandem-\(UUID().uuidString.prefix(8))")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let node = try TandemNode(configuration, folder: folder)
  do {
    if starting { try await node.start() }
    try await body(node)
  } catch {
    let log = node.log.lastLines(40)
    _ = try? await node.stop()
    throw TestFailure("\(error)\n--- the node's log ---\n\(log)")
  }
  try await node.stop()
}
