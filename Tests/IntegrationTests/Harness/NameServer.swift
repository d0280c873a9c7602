import Foundation
import Glibc

/// A dnsmasq that knows `example.net` and nothing else.
final class NameServer: Sendable {
  let port: Int
  private let process: ChildProcess
  private let pidFile: URL

  /// - Parameter records: options of dnsmasq, such as `host-record=a.example.net,127.0.0.1`.
  init(_ records: [String], port: Int = Ports.one(), folder: URL) throws {
    self.port = port
    let pidFile = folder.appending(path: "dns-\(port).pid")
    self.pidFile = pidFile
    var options = [
      "keep-in-foreground", "conf-file=/dev/null", "no-resolv", "no-hosts", "bind-interfaces",
      "listen-address=127.0.0.1", "port=\(port)", "local=/example.net/", "local-ttl=60",
      "pid-file=", "user=\(NSUserName())", "log-facility=-",
    ]
    options += records
    // dnsmasq closes what it has inherited, by which Foundation knows that a process has ended;
    // the shell around it keeps that open.
    let script = "\"$0\" \"$@\" & echo $! > \(pidFile.path); wait $!"
    process = try ChildProcess(
      "/bin/sh", ["-c", script, try Self.program()] + options.map { "--\($0)" }, folder: folder,
      name: "dns-\(port)")
  }

  /// Returns when it listens.
  func start() async throws {
    let listens = try await eventually(within: .seconds(5)) {
      !process.isRunning || !Ports.isFree(port)
    }
    guard listens, process.isRunning else {
      throw TestFailure("dnsmasq does not listen at \(port):\n\(process.errors.lastLines(10))")
    }
  }

  /// Both of them at once: children of a test may have the gentler signals blocked.
  func end() {
    process.signal(SIGKILL)
    let text = try? String(contentsOf: pidFile, encoding: .utf8)
    if let number = text.flatMap({ Int32($0.filter(\.isNumber)) }) { kill(number, SIGKILL) }
  }

  private static func program() throws -> String {
    let path = "/usr/sbin/dnsmasq"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw TestFailure("dnsmasq is missing; `Scripts/setup test` installs it")
    }
    return path
  }
}
