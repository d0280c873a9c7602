import Foundation
import Glibc

/// What `kill -9` ends.
enum Crash: String, CaseIterable {
  /// The process that works.
  case worker
  /// The process that holds the sockets and starts the worker again.
  case keeper
  /// Both at once, and then somebody starts the program again.
  case both
}

/// The processes of a node, known before they are to be killed.
struct NodeProcesses {
  let worker: Int32
  let keeper: Int32

  static func of(_ node: TandemNode) async throws -> NodeProcesses {
    let status = try await node.status()
    guard let keeper = status.keeper else { throw TestFailure("there is no keeper") }
    return NodeProcesses(worker: status.process, keeper: keeper)
  }
}

extension TandemNode {
  /// Kills, and returns when the node is whole and ready again.
  /// - Parameter processes: what runs now.
  func crash(_ crash: Crash, _ processes: NodeProcesses) async throws {
    switch crash {
    case .worker: Glibc.kill(processes.worker, SIGKILL)
    case .keeper: Glibc.kill(processes.keeper, SIGKILL)
    case .both:
      await kill(processes)
      return try await start()
    }
    let isWhole = try await eventually(within: .seconds(10)) {
      guard isReady, let status = try? await status() else { return false }
      switch crash {
      case .worker: return status.process != processes.worker
      default: return status.keeper != processes.keeper
      }
    }
    guard isWhole else { throw TestFailure("the node is not whole after a crash:\n\(log)") }
  }

  /// Ends both of its processes as a crash does: the one that works, and the one that holds the
  /// sockets and would start it again.
  func kill() async throws {
    await kill(try await NodeProcesses.of(self))
  }

  private func kill(_ processes: NodeProcesses) async {
    // Stopped first, so that the one doesn't notice the other one's end.
    Glibc.kill(processes.keeper, SIGSTOP)
    Glibc.kill(processes.worker, SIGKILL)
    Glibc.kill(processes.keeper, SIGKILL)
    _ = try? await eventually(within: .seconds(5)) {
      !isAlive(processes.worker) && !isAlive(processes.keeper)
    }
  }

  /// Ends the process that works, as a crash does. Another takes its place.
  func killWorker() async throws {
    Glibc.kill(try await status().process, SIGKILL)
  }

  /// Ends the process that holds the sockets.
  func killKeeper() async throws {
    Glibc.kill(try await NodeProcesses.of(self).keeper, SIGKILL)
  }

  /// The first keeper is gone: asks the one that took its place.
  func stopWithoutItsFirstKeeper() async throws {
    guard isReady else { return }
    let processes = try await NodeProcesses.of(self)
    Glibc.kill(processes.keeper, SIGTERM)
    let hasEnded = try await eventually(within: .seconds(10)) {
      !isAlive(processes.worker) && !isAlive(processes.keeper)
    }
    if !hasEnded { await kill(processes) }
  }
}

/// Whether a process, of whomever it is the child, still runs; one that only waits to be collected
/// does not.
func isAlive(_ process: Int32) -> Bool {
  let state = kernelFile("/proc/\(process)/stat").split(separator: ")").last?
    .split(separator: " ").first
  return state.map { $0 != "Z" && $0 != "X" } ?? false
}

/// A file of the kernel's, which says of itself that it is empty; empty if there is none.
func kernelFile(_ path: String) -> String {
  let bytes = try? FileHandle(forReadingAtPath: path)?.readToEnd()
  return String(decoding: bytes ?? Data(), as: UTF8.self)
}
