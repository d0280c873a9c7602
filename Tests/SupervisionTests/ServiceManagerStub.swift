import Glibc

@testable import Supervision

/// The side of a service manager: takes what it is told, and the descriptors that come along.
final class ServiceManagerStub {
  struct Notice: Equatable {
    var lines: [String]
    var descriptors: [Int32]
  }

  let path: String
  private let channel: KeeperChannel

  init() throws {
    path = "/tmp/notify-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    channel = KeeperChannel(owning: number)
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = withUnsafePointer(to: name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, length) }
    }
    guard bound == 0 else { throw ProbeProcess.Failure(text: "bind: \(errno)") }
  }

  deinit { unlink(path) }

  /// The next notice, within five seconds.
  func next() throws -> Notice {
    for _ in 0..<500 {
      switch channel.receive() {
      case .packet(let bytes, let descriptors):
        let text = String(decoding: bytes, as: UTF8.self)
        return Notice(lines: text.split(separator: "\n").map(String.init), descriptors: descriptors)
      default:
        channel.wait(timeout: 10)
      }
    }
    throw ProbeProcess.Failure(text: "nothing was said")
  }

  /// Passes over what does not begin with this line.
  func next(beginning line: String) throws -> Notice {
    for _ in 0..<1000 {
      let notice = try next()
      if notice.lines.first == line { return notice }
      for descriptor in notice.descriptors { close(descriptor) }
    }
    throw ProbeProcess.Failure(text: "no \(line)")
  }
}
