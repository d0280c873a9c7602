import SIP
import Synchronization

/// Why something did not go in or out.
package enum DropReason: String, CaseIterable, Hashable, Sendable {
  /// A datagram or a connection of a network that is denied.
  case deniedSource
  /// A datagram longer than a message may be.
  case oversizedDatagram
  /// A datagram of nothing but line ends, NULs or blanks.
  case keepAliveDatagram
  /// A STUN message that is no request for a binding, or a malformed one.
  case stunDatagram
  /// A datagram that the system refused to send.
  case refusedDatagram
  case sendQueueFull
  case connectionLimit
  case connectionLimitPerSource
  case connectFailed
  /// Too many peers agree on TLS at once.
  case handshakeLimit
  /// A peer that does not speak TLS, or with which none can be agreed on.
  case handshakeFailed
  case handshakeTimeout
  /// A stream that cannot be cut into messages.
  case framing
  case firstMessageTimeout
  case messageTimeout
  case idleTimeout
  /// A peer that did not take what was sent to it.
  case connectionBacklog
}

/// What passed through the transport since it was made.
package struct TransportStatistics: Equatable, Sendable {
  package var received: [TransportProtocol: UInt64] = [:]
  package var sent: [TransportProtocol: UInt64] = [:]
  package var dropped: [DropReason: UInt64] = [:]
  package var connectionsAccepted: UInt64 = 0
  package var connectionsOpened: UInt64 = 0
  /// Connections on which TLS was agreed on.
  package var handshakes: UInt64 = 0
  /// Keep-alives by STUN.
  package var bindingsAnswered: UInt64 = 0
  /// Now, not since the start.
  package var connections = 0
}

/// The counters of one loop, which alone writes them; any thread may read.
final class LoopCounters: Sendable {
  let receivedDatagrams = Counter()
  let receivedOnStreams = Counter()
  let receivedOnTLS = Counter()
  let sentDatagrams = Counter()
  let sentOnStreams = Counter()
  let sentOnTLS = Counter()
  let handshakes = Counter()
  let bindingsAnswered = Counter()
  let connectionsAccepted = Counter()
  let connectionsOpened = Counter()
  private let drops = DropCounters()

  func received(on transport: TransportProtocol) -> Counter {
    switch transport {
    case .udp: receivedDatagrams
    case .tcp: receivedOnStreams
    case .tls: receivedOnTLS
    }
  }

  func sent(on transport: TransportProtocol) -> Counter {
    switch transport {
    case .udp: sentDatagrams
    case .tcp: sentOnStreams
    case .tls: sentOnTLS
    }
  }

  func count(_ reason: DropReason, _ amount: Int = 1) {
    drops[reason].add(amount)
  }

  func add(to statistics: inout TransportStatistics) {
    statistics.received[.udp, default: 0] += receivedDatagrams.value
    statistics.received[.tcp, default: 0] += receivedOnStreams.value
    statistics.received[.tls, default: 0] += receivedOnTLS.value
    // Answers to keep-alives leave by the same sockets, and are no messages. They are counted when
    // they are written, which may be before they leave.
    let (sent, answers) = (sentDatagrams.value, bindingsAnswered.value)
    statistics.bindingsAnswered += answers
    statistics.sent[.udp, default: 0] += sent > answers ? sent - answers : 0
    statistics.sent[.tcp, default: 0] += sentOnStreams.value
    statistics.sent[.tls, default: 0] += sentOnTLS.value
    statistics.handshakes += handshakes.value
    statistics.connectionsAccepted += connectionsAccepted.value
    statistics.connectionsOpened += connectionsOpened.value
    for reason in DropReason.allCases {
      statistics.dropped[reason, default: 0] += drops[reason].value
    }
  }
}

/// A number that one thread raises. Load and store instead of an atomic addition: with a single
/// writer nothing can come between, and the bus is not locked for each message.
final class Counter: Sendable {
  private let storage = Atomic<UInt64>(0)

  var value: UInt64 { storage.load(ordering: .relaxed) }

  func add(_ amount: Int = 1) {
    storage.store(value &+ UInt64(amount), ordering: .relaxed)
  }
}

private struct DropCounters: Sendable {
  private let counters: [DropReason: Counter]

  init() {
    counters = Dictionary(uniqueKeysWithValues: DropReason.allCases.map { ($0, Counter()) })
  }

  subscript(reason: DropReason) -> Counter {
    guard let counter = counters[reason] else { preconditionFailure("all reasons are counted") }
    return counter
  }
}
