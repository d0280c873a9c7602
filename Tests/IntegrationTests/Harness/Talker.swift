import Foundation
import Glibc
import Synchronization

/// A phone that talks for minutes: a thread of its own sends a packet of G.711 every 20 ms, and
/// notes when each packet of the far end comes, to the millisecond.
final class Talker: Sendable {
  let port: Int
  private let state = Mutex(State())

  private struct State {
    var destination: AudioAddress?
    var isOver = false
    var sent = 0
    /// Since the system started.
    var arrivals: [Duration] = []
  }

  init(address: String, port: Int = Ports.one()) throws {
    self.port = port
    let socket = Glibc.socket(
      AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard socket >= 0, withSocketAddress(address, port, { bind(socket, $0, $1) }) == 0 else {
      throw TestFailure("no socket at \(address):\(port)")
    }
    let thread = Thread { [self] in
      run(socket)
      close(socket)
    }
    thread.qualityOfService = .userInteractive
    thread.start()
  }

  deinit { state.withLock { $0.isOver = true } }

  /// From now on.
  func talk(to destination: AudioAddress) {
    state.withLock { $0.destination = destination }
  }

  func stop() {
    state.withLock { $0.isOver = true }
  }

  var sent: Int { state.withLock { $0.sent } }
  var received: Int { state.withLock { $0.arrivals.count } }

  /// The longest time between two packets that came after each other.
  var longestGap: Duration {
    let arrivals = state.withLock { $0.arrivals }
    return zip(arrivals.dropFirst(), arrivals).map { $0 - $1 }.max() ?? .seconds(3600)
  }

  private func run(_ socket: Int32) {
    var voice = VoicePackets(source: UInt32(truncatingIfNeeded: port) &* 2_654_435_761)
    var next = Self.now
    var buffer = [UInt8](repeating: 0, count: 2048)
    while true {
      let (destination, isOver) = state.withLock { ($0.destination, $0.isOver) }
      if isOver { return }
      if let destination {
        let packet = voice.next()
        _ = withSocketAddress(destination.host, destination.port) {
          sendto(socket, packet, packet.count, 0, $0, $1)
        }
        state.withLock { $0.sent += 1 }
      }
      next += .milliseconds(20)
      while case let rest = next - Self.now, rest > .zero {
        var readable = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        // Rounded up: a poll of 0 ms would spin.
        poll(&readable, 1, Int32(rest / .milliseconds(1)) + 1)
        while recv(socket, &buffer, buffer.count, 0) > 12 {
          let arrival = Self.now
          state.withLock { $0.arrivals.append(arrival) }
        }
      }
    }
  }

  private static var now: Duration {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

/// A phone's RTP packets, one after the other.
private struct VoicePackets {
  let source: UInt32
  private var sequence: UInt16 = 1
  private var timestamp: UInt32 = 0

  init(source: UInt32) { self.source = source }

  mutating func next() -> [UInt8] {
    // RFC 3550 §5.1: version 2, payload type 0 (PCMU), sequence number, timestamp, SSRC.
    var packet: [UInt8] = [0x80, 0x00, UInt8(sequence >> 8), UInt8(sequence & 0xFF)]
    for value in [timestamp, source] {
      packet += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }
    sequence &+= 1
    timestamp &+= 160
    return packet + [UInt8](repeating: 0x55, count: 160)
  }
}
