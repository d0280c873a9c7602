import CLinux
import Glibc

/// Where a service manager that started this program wants to be told how it is: datagrams of
/// lines, as sd_notify(3) describes them, to the socket that NOTIFY_SOCKET names.
///
/// A manager that does not listen costs at most `patience`, and then it is left alone for a while.
package final class NotifySocket {
  /// How long one datagram may wait for room.
  static let patience = Duration.milliseconds(500)
  static let pause = Duration.seconds(5)

  private let name: sockaddr_un
  private let length: socklen_t
  private var silentUntil: MonotonicTime?

  /// Nil when nobody wants to be told.
  package init?(environment: [String: String]) {
    guard let path = environment["NOTIFY_SOCKET"], let first = path.utf8.first,
      first == UInt8(ascii: "/") || first == UInt8(ascii: "@")
    else { return nil }
    var octets = Array(path.utf8)
    // An abstract name begins with a zero, which no environment can hold (unix(7)).
    if first == UInt8(ascii: "@") { octets[0] = 0 }
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    guard octets.count < MemoryLayout.size(ofValue: name.sun_path), !octets.dropFirst().contains(0)
    else { return nil }
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: octets) }
    self.name = name
    length = socklen_t(MemoryLayout<sa_family_t>.size + octets.count)
  }

  /// Sends some lines (`READY=1`), and with them descriptors that the manager is to hold.
  ///
  /// - Returns: whether the manager has been sent them; it does not say what it made of them.
  @discardableResult
  package func tell(_ lines: String..., descriptors: [Int32] = []) -> Bool {
    if let silentUntil, MonotonicTime.now < silentUntil { return false }
    silentUntil = nil
    // A socket each time: the manager may have been started again since.
    let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { return false }
    let channel = KeeperChannel(owning: number)
    guard connect(number) == 0 else { return false }
    let bytes = Array(lines.joined(separator: "\n").utf8)
    let deadline = MonotonicTime.now + Self.patience
    while true {
      switch channel.send(bytes, descriptors) {
      case .sent: return true
      case .failed: return false
      case .full:
        guard MonotonicTime.now < deadline else {
          silentUntil = .now + Self.pause
          return false
        }
        channel.wait(toWrite: true, timeout: 10)
      }
    }
  }

  private func connect(_ socket: Int32) -> Int32 {
    withUnsafePointer(to: name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, length)
      }
    }
  }
}
