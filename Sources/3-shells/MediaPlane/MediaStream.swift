import Addressing
import MediaControl

/// Names a stream; the caller of the relay chooses it and never uses it twice.
package struct StreamID: Hashable, Sendable {
  package var value: UInt64

  package init(value: UInt64) {
    self.value = value
  }
}

package enum StreamSide: Equatable, Sendable {
  case caller, callee
}

/// One side of a stream: our ports, and what is known of the party that they face.
package struct Termination: Equatable, Sendable {
  package var ports: PortPair
  /// What the party's description says; nil while it has sent none. Until then nothing goes to
  /// the party, and only media from the signalling address is taken from it.
  package var remote: RemoteMedia?
  /// Where the party's signalling came from.
  package var signallingSource: IPAddress?

  package init(ports: PortPair, remote: RemoteMedia?, signallingSource: IPAddress?) {
    self.ports = ports
    self.remote = remote
    self.signallingSource = signallingSource
  }
}
