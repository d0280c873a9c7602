import Addressing

/// How a relay binds, learns and gives up.
package struct MediaConfiguration: Sendable {
  /// Where the ports are bound; its family is that of every party, unless the relay is dual.
  package var bindAddress: IPAddress
  /// Parties of both families: the address is `::`, and its ports are bound for IPv4 too.
  package var isDual: Bool
  /// Pairs begin at each even port whose successor lies inside too.
  package var ports: ClosedRange<UInt16>
  /// Media threads, at least one. A stream lives on one of them.
  package var threads: Int
  /// Pairs kept bound ahead of demand.
  package var reserve: Int
  /// For how long a port is not handed out again after use, so that late packets of one call
  /// cannot reach the next.
  package var quarantine: Duration
  /// Silence of all parties that should send before `MediaNotice.inactive`; nil never says so.
  package var inactivity: Duration?
  /// How often `MediaNotice.progress` tells of a stream that carries media; nil never does. A crash
  /// loses the figures of no more than this.
  package var progressInterval: Duration?
  /// Consecutive consistent packets before a source is latched.
  package var latchPackets: Int
  /// Silence of the latched source before a new port of the same address may be learned.
  package var relearnAfter: Duration
  /// Asked of the kernel for each socket, in octets; the kernel's own limit applies.
  package var socketBufferBytes: Int

  package init(
    bindAddress: IPAddress, isDual: Bool = false, ports: ClosedRange<UInt16>, threads: Int = 1,
    reserve: Int = 32,
    quarantine: Duration = .seconds(5), inactivity: Duration? = .seconds(60),
    progressInterval: Duration? = .seconds(10), latchPackets: Int = 3,
    relearnAfter: Duration = .seconds(1),
    socketBufferBytes: Int = 256 * 1024
  ) {
    precondition(!isDual || bindAddress == .anyIPv6, "one socket has one address")
    self.bindAddress = bindAddress
    self.isDual = isDual
    self.ports = ports
    self.threads = threads
    self.reserve = reserve
    self.quarantine = quarantine
    self.inactivity = inactivity
    self.progressInterval = progressInterval
    self.latchPackets = latchPackets
    self.relearnAfter = relearnAfter
    self.socketBufferBytes = socketBufferBytes
  }
}
