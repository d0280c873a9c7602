import Glibc
import Supervision
import Synchronization

/// A UDP socket on loopback that answers each command with one datagram.
final class CommandPort: Sendable {
  let isYielding = Atomic(false)
  /// The keeper that this worker started last, once it has been sent everything.
  let keeper = Atomic<pid_t>(0)
  private let descriptor = Atomic<Int32>(-1)

  func adopt(_ socket: Int32) {
    descriptor.store(socket, ordering: .releasing)
  }

  func bind() throws(KeeperFault) -> Int32 {
    let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = Glibc.socket(AF_INET, kind, 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let bound = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard bound == 0 else { throw .system("bind", errno) }
    adopt(socket)
    return socket
  }

  func writeNumber(to path: String) {
    var name = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor.load(ordering: .acquiring), $0, &length)
      }
    }
    let text = "\(UInt16(bigEndian: name.sin_port))\n"
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    write(file, text, text.utf8.count)
    close(file)
  }

  /// - Parameter restored: what was found at the start, for the command `restored`.
  func run(_ link: KeeperLink, _ restored: [String]) async {
    let socket = descriptor.load(ordering: .acquiring)
    while true {
      link.alive()
      if isYielding.load(ordering: .acquiring) {
        try? link.keep("connection", [dup(socket)], payload: Array("handed over".utf8))
        link.handedOver()
        exit(0)
      }
      var request = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, 20) > 0 else { continue }
      guard let (text, peer) = receive(socket) else { continue }
      let words = text.split(separator: " ").map(String.init)
      send(await answer(words, link, restored), to: peer, socket)
    }
  }

  private func answer(
    _ words: [String], _ link: KeeperLink, _ restored: [String]
  ) async -> String {
    let socket = descriptor.load(ordering: .acquiring)
    switch words.first {
    case "who": return "\(getpid()) \(getppid())"
    case "keeper": return "\(keeper.load(ordering: .acquiring))"
    case "restored": return restored.sorted().joined(separator: ",")
    case "keep":
      let fault = (try? link.keep(words[1], [dup(0)], payload: Array(words[2].utf8))) == nil
      return fault ? "not kept" : "kept"
    case "many":
      for number in 0..<(Int(words[1]) ?? 0) {
        guard (try? link.keep("many-\(number)", [socket, socket])) != nil else { return "not kept" }
      }
      return "kept \(link.count)"
    case "count": return "\(restored.count)"
    case "drop":
      try? link.drop(words[1])
      return "dropped"
    case "upgrade":
      switch await link.upgrade() {
      case .begun: return "begun"
      case .failed(let reason): return reason
      }
    case "exit": exit(Int32(words[1]) ?? 1)
    case "down":
      link.goingDown()
      exit(Int32(words[1]) ?? 1)
    default: return "what?"
    }
  }

  private func receive(_ socket: Int32) -> (String, sockaddr_in)? {
    var bytes = [UInt8](repeating: 0, count: 2048)
    var peer = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let count = withUnsafeMutablePointer(to: &peer) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        recvfrom(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT), $0, &length)
      }
    }
    return count < 0 ? nil : (String(decoding: bytes[..<count], as: UTF8.self), peer)
  }

  private func send(_ text: String, to peer: sockaddr_in, _ socket: Int32) {
    var peer = peer
    _ = withUnsafePointer(to: &peer) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(
          socket, text, text.utf8.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
