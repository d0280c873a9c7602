import Glibc
import Testing

/// `keeper-probe` with its keeper, and a socket to talk to it.
final class ProbeProcess {
  /// The keeper that the test started.
  let keeper: pid_t
  private let file: String
  private var socket: Int32 = -1

  /// - Parameter environment: further variables, `NAME=value`.
  init(_ arguments: [String] = [], environment: [String] = []) throws {
    file = "/tmp/keeper-probe-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    var words: [UnsafeMutablePointer<CChar>?] = ([try Self.path(), file] + arguments).map {
      strdup($0)
    }
    words.append(nil)
    defer { for word in words { free(word) } }
    var settings = environment.map { strdup($0) } + [nil]
    defer { for setting in settings { free(setting) } }
    var process = pid_t()
    let code = posix_spawn(&process, words[0]!, nil, nil, words, &settings)
    guard code == 0 else { throw Failure(text: "posix_spawn: \(code)") }
    keeper = process
  }

  func makeSuccessorsFail() throws {
    let mark = open("\(file).fail", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard mark >= 0 else { throw Failure(text: "open: \(errno)") }
    close(mark)
  }

  struct Failure: Error {
    var text: String
  }

  /// Ends the worker on purpose, and with it its keeper.
  deinit {
    var status: Int32 = 0
    if socket < 0 || (try? tell("down 0")) == nil { kill(keeper, SIGTERM) }
    if waitpid(keeper, &status, WNOHANG) == 0, keeperStatus() == nil { kill(keeper, SIGKILL) }
    if socket >= 0 { close(socket) }
    unlink(file)
    unlink("\(file).fail")
  }

  /// Beside the tests' own executable.
  private static func path() throws -> String {
    var bytes = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &bytes, bytes.count - 1)
    guard count > 0 else { throw Failure(text: "readlink") }
    let own = String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let path = own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/keeper-probe"
    guard access(path, X_OK) == 0 else { throw Failure(text: "no \(path)") }
    return path
  }

  struct Worker: Equatable {
    var process: pid_t
    var parent: pid_t
  }

  func who() throws -> Worker {
    let numbers = try ask("who").split(separator: " ").compactMap { pid_t($0) }
    guard numbers.count == 2 else { throw Failure(text: "no worker") }
    return Worker(process: numbers[0], parent: numbers[1])
  }

  /// The answer to a command. It is sent once: nothing that is sent may be lost.
  func ask(_ command: String) throws -> String {
    try tell(command)
    return try answer()
  }

  func tell(_ command: String) throws {
    if socket < 0 { try connect() }
    guard send(socket, command, command.utf8.count, 0) == command.utf8.count else {
      throw Failure(text: "send: \(errno)")
    }
  }

  /// Within five seconds; an ICMP error in between is a failure too.
  func answer() throws -> String {
    var bytes = [UInt8](repeating: 0, count: 2048)
    let count = recv(socket, &bytes, bytes.count, 0)
    guard count >= 0 else { throw Failure(text: "recv: \(String(cString: strerror(errno)))") }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// Waits for the worker's first start to tell its port.
  private func connect() throws {
    var text = ""
    for _ in 0..<1000 where text.last != "\n" {
      usleep(5000)
      var bytes = [UInt8](repeating: 0, count: 16)
      let source = open(file, O_RDONLY)
      guard source >= 0 else { continue }
      let count = read(source, &bytes, bytes.count)
      close(source)
      text = String(decoding: bytes[..<max(0, count)], as: UTF8.self)
    }
    guard let port = UInt16(text.dropLast()) else { throw Failure(text: "no port") }
    socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    _ = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// The status of the keeper that the test started, within five seconds.
  func keeperStatus() -> Int32? {
    for _ in 0..<1000 {
      var status: Int32 = 0
      if waitpid(keeper, &status, WNOHANG) == keeper { return status }
      usleep(5000)
    }
    return nil
  }

  /// Who answers once it is another worker.
  func worker(after old: pid_t) throws -> Worker {
    for _ in 0..<200 {
      let worker = try who()
      if worker.process != old { return worker }
      usleep(10_000)
    }
    throw Failure(text: "no other worker")
  }

  /// The keeper that the worker has started in place of another, once it holds everything.
  func startedKeeper(otherThan old: pid_t = 0) throws -> pid_t {
    for _ in 0..<500 {
      if let keeper = pid_t(try ask("keeper")), keeper != old { return keeper }
      usleep(10_000)
    }
    throw Failure(text: "no keeper")
  }
}
