import Addressing
import SIP

/// Where requests for a binding are sent.
package enum BindingDestination: Equatable, Sendable {
  /// The connection that the phone registered through; if it is gone, the address beside it.
  case connection(ConnectionID, IPEndpoint)
  case endpoint(TransportProtocol, IPEndpoint)
  /// A name to be resolved (RFC 3263). If it leads nowhere, the binding's flow serves.
  case host(ServerQuery)
}

extension Binding {
  /// Whether the contact is an address that the phone has behind a network address translator:
  /// one that differs from where its REGISTER came from. A different port alone is no sign of it,
  /// as a phone may send from another port than it listens on.
  package var isBehindNAT: Bool {
    guard let address = SIPURI(contact)?.hostAddress else { return false }
    return address != flow.remote.address
  }

  /// Where to send a request for this contact.
  ///
  /// A phone behind a translator, and one on a connection, is reached the way that it came;
  /// others at what their contact says (RFC 3261 §8.1.2). A contact without `transport` is sent
  /// to over the transport that it registered by: RFC 3263 §4.1 would choose UDP, which a phone
  /// that came by TCP may not listen on.
  package var destination: BindingDestination {
    if let connection = flow.connection { return .connection(connection, flow.remote) }
    let received = BindingDestination.endpoint(flow.transport, flow.remote)
    guard let uri = SIPURI(contact) else { return received }
    let named = uri.transport.map { TransportProtocol(rawValue: $0) }
    // RFC 3261 §26.2.2: nothing but TLS leads to a sips: URI, whatever transport it names.
    guard let transport = uri.isSecure ? .tls : named ?? flow.transport else { return received }
    guard let address = uri.hostAddress else {
      let query = ServerQuery(
        host: uri.host, port: uri.port, transport: transport, isSecure: uri.isSecure)
      return query.isResolvable ? .host(query) : received
    }
    guard address == flow.remote.address else { return received }
    return .endpoint(transport, IPEndpoint(address, uri.port ?? transport.defaultPort))
  }

  /// The contact as a Request-URI: without the parts that one cannot have (RFC 3261 §19.1.1,
  /// table 1).
  package var requestURI: String {
    guard var uri = SIPURI(contact), uri.headers != nil || uri.parameters.has("method") else {
      return contact
    }
    uri.headers = nil
    uri.parameters.remove("method")
    return uri.text
  }
}
