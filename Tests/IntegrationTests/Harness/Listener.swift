import Foundation
import Glibc
import Synchronization

/// A phone that only listens: a thread of its own notes every packet of G.711, and when it came.
final class Listener: Sendable {
  struct Packet {
    /// Since the system started.
    let arrival: Duration
    let isMarked: Bool
    let payloadType: UInt8
    let sequence: UInt16
    let timestamp: UInt32
    let source: UInt32
    let sound: [UInt8]
  }

  let port: Int
  private let state = Mutex((packets: [Packet](), isOver: false))

  init(address: String, port: Int = Ports.one()) throws {
    self.port = port
    let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    guard socket >= 0, withSocketAddress(address, port, { bind(socket, $0, $1) }) == 0 else {
      throw TestFailure("no socket at \(address):\(port)")
    }
    let thread = Thread { [self] in
      while !state.withLock({ $0.isOver }) { takeIn(socket) }
      close(socket)
    }
    thread.qualityOfService = .userInteractive
    thread.start()
  }

  func stop() { state.withLock { $0.isOver = true } }

  var packets: [Packet] { state.withLock { $0.packets } }

  /// The longest time between two packets that came after each other.
  var longestGap: Duration {
    let arrivals = packets.map(\.arrival)
    return zip(arrivals.dropFirst(), arrivals).map { $0 - $1 }.max() ?? .seconds(3600)
  }

  private func takeIn(_ socket: Int32) {
    var readable = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    guard poll(&readable, 1, 50) == 1 else { return }
    var buffer = [UInt8](repeating: 0, count: 2048)
    let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    // RFC 3550 §5.1: version 2 and nothing beside it.
    guard count > 12, buffer[0] == 0x80 else { return }
    func number(_ range: Range<Int>) -> UInt32 {
      buffer[range].reduce(0) { $0 << 8 | UInt32($1) }
    }
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let packet = Packet(
      arrival: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec), isMarked: buffer[1] > 0x7F,
      payloadType: buffer[1] & 0x7F, sequence: UInt16(number(2..<4)), timestamp: number(4..<8),
      source: number(8..<12), sound: Array(buffer[12..<count]))
    state.withLock { $0.packets.append(packet) }
  }
}
