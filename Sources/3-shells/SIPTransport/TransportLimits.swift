import NIOCore
import SIP

/// Every bound of the transport: what strangers can make it hold, and for how long.
package struct TransportLimits: Equatable, Sendable {
  /// Of a message on a stream; `messageBytes` bounds a datagram too.
  package var sip = SIPLimits.standard

  /// Whose datagrams and connections are taken at all.
  package var access = AccessList()

  /// Datagrams that one system call reads.
  package var datagramsPerRead = 32
  /// The kernel's buffers of a UDP socket; the kernel may grant less.
  package var receiveBufferBytes = 4 << 20
  package var sendBufferBytes = 1 << 20
  /// Datagrams, and their bytes, that wait on one socket for the kernel to take them.
  package var pendingDatagrams = 4096
  package var pendingDatagramBytes = 8 << 20

  /// Connections of the node, accepted and opened.
  package var connections = 20_000
  /// Connections accepted from one address.
  package var connectionsPerSource = 2000
  /// Connections that the kernel holds for a listener until they are accepted.
  package var acceptBacklog = 1024
  /// Messages that wait for a connection to be established.
  package var connectingMessages = 64
  /// Bytes that wait for a peer to take them; a peer that lets more gather is cut off.
  package var connectionBacklogBytes = 1 << 20

  /// Peers of one loop with which TLS is being agreed on, and those of them from one address.
  package var handshakes = 2000
  package var handshakesPerSource = 500
  /// How long a peer may take to agree on TLS.
  package var handshakeTimeout = TimeAmount.seconds(10)
  /// How long a peer may take to answer our farewell, with which TLS ends.
  package var farewellTimeout = TimeAmount.seconds(1)

  /// How long a peer may take to accept a connection.
  package var connectTimeout = TimeAmount.seconds(5)
  /// How long an accepted connection may take to its first whole message.
  package var firstMessageTimeout = TimeAmount.seconds(10)
  /// How long a message may take from its first byte to its last.
  package var messageTimeout = TimeAmount.seconds(10)
  /// How long a connection may carry nothing at all. RFC 5626 §4.4.1 lets a client wait 840 s
  /// between keep-alives; clients without them refresh their registration each hour or so.
  package var idleTimeout = TimeAmount.hours(2)
  /// How long a connection stays open for our answers after the peer stopped sending, and for the
  /// peer to read the answer to a stream that cannot be cut into messages.
  package var lingerTimeout = TimeAmount.seconds(5)
  /// How long sent bytes may stay unacknowledged (RFC 5482).
  package var acknowledgementTimeout = TimeAmount.seconds(30)
  /// How often deadlines of connections are looked at: they are late by this at most.
  package var sweepInterval = TimeAmount.seconds(1)

  package init() {}
}
