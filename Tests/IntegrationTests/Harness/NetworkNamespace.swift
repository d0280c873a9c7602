import Foundation

/// A machine of its own for a phone that will not talk over the loopback interface: a network
/// namespace, joined to ours by a pair of interfaces. Needs root.
struct NetworkNamespace {
  let name: String
  /// Our end's address, which is also the namespace's way to every other address of ours.
  let ourAddress: String
  let itsAddress: String

  static var isPossible: Bool {
    geteuid() == 0 && FileManager.default.isExecutableFile(atPath: ipProgram)
  }

  private static let ipProgram =
    ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"]
    .first { FileManager.default.isExecutableFile(atPath: $0) } ?? "/usr/sbin/ip"

  /// Makes the namespace. Its network is 198.18.`number`.0/24, of the range that is set aside for
  /// tests between networks (RFC 2544, Appendix C.2.2).
  init(_ number: Int, folder: URL) async throws {
    name = "tandem-\(getpid())-\(number)"
    ourAddress = "198.18.\(number).1"
    itsAddress = "198.18.\(number).2"
    let ours = "tdm\(getpid() % 10_000_000)-\(number)"
    try await run(["netns", "add", name], folder)
    do {
      try await run(
        ["link", "add", ours, "type", "veth", "peer", "name", "eth0", "netns", name], folder)
      try await run(["address", "add", "\(ourAddress)/24", "dev", ours], folder)
      try await run(["link", "set", ours, "up"], folder)
      try await run(["-n", name, "address", "add", "\(itsAddress)/24", "dev", "eth0"], folder)
      try await run(["-n", name, "link", "set", "lo", "up"], folder)
      try await run(["-n", name, "link", "set", "eth0", "up"], folder)
      try await run(["-n", name, "route", "add", "default", "via", ourAddress], folder)
    } catch {
      await remove(folder: folder)
      throw error
    }
  }

  /// Its interface pair goes with it.
  func remove(folder: URL) async {
    try? await run(["netns", "delete", name], folder)
  }

  /// Starts a program inside.
  func start(_ program: String, _ arguments: [String], folder: URL, name: String) throws
    -> ChildProcess
  {
    try ChildProcess(
      Self.ipProgram, ["netns", "exec", self.name, program] + arguments, folder: folder,
      name: name)
  }

  private func run(_ arguments: [String], _ folder: URL) async throws {
    let child = try ChildProcess(
      Self.ipProgram, arguments, folder: folder, name: "ip-\(UUID().uuidString.prefix(8))")
    guard try await child.exitStatus(within: .seconds(5)) == 0 else {
      throw TestFailure("ip \(arguments.joined(separator: " ")): \(child.errors)")
    }
  }
}
