import CLinux
import Glibc

/// How keeper and worker find each other when one starts the other.
enum WorkerEnvironment {
  /// For a worker: the number of its socket to the keeper.
  static let keeper = "TANDEM_KEEPER"
  /// For a worker that is to take over from another, which goes on until then.
  static let successor = "TANDEM_SUCCESSOR"
  /// For a keeper that a worker started: its socket to the worker, and the worker's process.
  static let worker = "TANDEM_WORKER"

  /// The last three are what a service manager says of descriptors that only we were given
  /// (sd_listen_fds(3)).
  private static let own: Set<String> = [
    keeper, successor, worker, "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
  ]

  /// What is passed on: the environment without what was said to this process alone.
  static func inherited(_ environment: [String: String]) -> [String: String] {
    environment.filter { !own.contains($0.key) }
  }

  struct Adopted: Equatable {
    var channel: Int32
    var process: pid_t
  }

  static func adopted(_ environment: [String: String]) -> Adopted? {
    let parts = environment[worker]?.split(separator: ":").compactMap { Int32($0) } ?? []
    guard parts.count == 2, isSocket(parts[0]) else { return nil }
    return Adopted(channel: parts[0], process: parts[1])
  }

  /// Whether the number that somebody wrote is a descriptor of the kind that was passed.
  static func isSocket(_ descriptor: Int32) -> Bool {
    var kind: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    let answer = getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &length)
    return answer == 0 && kind == Int32(SOCK_SEQPACKET.rawValue)
  }
}

extension KeeperLink {
  /// Whether it is to take over from one that still runs.
  package static func isSuccessor(_ environment: [String: String]) -> Bool {
    isWorker(environment) && environment[WorkerEnvironment.successor] != nil
  }

  /// Whether a keeper started this process as its worker.
  package static func isWorker(_ environment: [String: String]) -> Bool {
    environment[WorkerEnvironment.keeper].flatMap { Int32($0) }.map(WorkerEnvironment.isSocket)
      ?? false
  }
}
