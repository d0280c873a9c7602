import CallControl
import SIP

// Where a phone is.
extension ExchangeConfiguration {
  func target(_ fork: Fork, of address: AddressOfRecord) -> CallTarget {
    CallTarget(
      uri: fork.binding.requestURI, flow: flow(to: fork.binding), party: address.description,
      isBehindNAT: fork.binding.isBehindNAT, routeSet: fork.binding.path,
      spares: fork.spares.map {
        SpareFlow(uri: $0.requestURI, flow: flow(to: $0), routeSet: $0.path)
      })
  }

  func flow(to binding: Binding) -> Flow {
    guard let nearest = binding.path.first else { return directFlow(to: binding) }
    // The hop that the REGISTER came by is the nearest one, unless it names another.
    var way = binding
    way.path = []
    way.contact = NameAddress(nearest)?.uri.text ?? binding.contact
    return directFlow(to: way).toward(NameAddress(nearest)?.uri)
  }

  private func directFlow(to binding: Binding) -> Flow {
    var transport = binding.flow.transport
    var remote = binding.flow.remote
    var connection: ConnectionID?
    switch binding.destination {
    case .connection(let id, let endpoint): (connection, remote) = (id, endpoint)
    case .endpoint(let named, let endpoint): (transport, remote) = (named, endpoint)
    case .host: break  // Without a resolver the phone is reached the way it came.
    }
    return flow(
      BindingFlow(
        transport: transport, remote: remote, listener: binding.flow.listener,
        connection: connection))
  }

  /// What the words mean to this process.
  func flow(_ words: BindingFlow) -> Flow {
    let named = listenerNames.firstIndex(of: words.listener)
    let listener = listener(for: words.transport, preferring: named)
    return Flow(
      transport: calls.listeners[listener].transport,
      listener: ListenerID(UInt8(listener)), remote: words.remote, connection: words.connection)
  }
}
