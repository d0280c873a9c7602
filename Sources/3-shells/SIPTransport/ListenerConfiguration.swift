import Addressing
import SIP

/// An address that the node listens on for SIP.
package struct ListenerConfiguration: Hashable, Sendable {
  /// Its place in the configuration; flows name their listener by it.
  package var id: ListenerID
  package var transport: TransportProtocol
  /// The address that the socket is bound to. Port 0 takes a free one, which tests use.
  package var bound: IPEndpoint
  /// What peers are told (Contact, Via, Record-Route) when it differs from `bound`, as it does in
  /// a cloud, where the public address is on no interface. The transport only carries it.
  package var advertised: IPEndpoint?

  package init(
    id: ListenerID, transport: TransportProtocol, bound: IPEndpoint, advertised: IPEndpoint? = nil
  ) {
    self.id = id
    self.transport = transport
    self.bound = bound
    self.advertised = advertised
  }
}

extension ListenerConfiguration: CustomStringConvertible {
  /// As the configuration file writes it: `udp:127.0.0.1:5060`.
  package var description: String { "\(transport.rawValue):\(bound)" }
}
