import CallControl
import SIP

// Where a phone is.
extension ExchangeConfiguration {
  /// Nil for a phone that cannot be reached as it has to be: a `sips:` URI leads to nothing but TLS
  /// (RFC 3261 §26.2.2), nor does a contact that is one (RFC 5630 §5.3: it loses its `s` for a
  /// caller who did not ask for it). A phone on TLS that registered a `sip:` contact is taken for
  /// one that can be reached securely: its own connection leads there, and no other hop.
  func target(_ fork: Fork, of address: AddressOfRecord, isSecure: Bool) -> CallTarget? {
    let ways = ([fork.binding] + fork.spares).compactMap { way(to: $0, isSecure: isSecure) }
    guard let first = ways.first else { return nil }
    return CallTarget(
      uri: first.spare.uri, flow: first.spare.flow, party: address.description,
      isBehindNAT: fork.binding.isBehindNAT, routeSet: first.spare.routeSet,
      spares: ways.dropFirst().map(\.spare), name: first.name)
  }

  private func way(
    to binding: Binding, isSecure: Bool
  ) -> (spare: SpareFlow, name: NamedServer?)? {
    let flow = flow(to: binding)
    var uri = binding.requestURI
    let mustBeSecure = isSecure || uri.hasPrefix("sips:")
    let isFit = !mustBeSecure || flow.transport == .tls
    var name: NamedServer?
    if case .host(let query) = firstHop(of: binding).destination,
      !mustBeSecure || query.transport == .tls
    {
      name = NamedServer(query: query, otherwise: isFit ? flow : nil)
    }
    guard isFit || name != nil else { return nil }
    if mustBeSecure, !isSecure { uri = "sip:" + uri.dropFirst("sips:".count) }
    return (SpareFlow(uri: uri, flow: flow, routeSet: binding.path), name)
  }

  func flow(to binding: Binding) -> Flow {
    guard let nearest = binding.path.first else { return directFlow(to: binding) }
    return directFlow(to: firstHop(of: binding)).toward(NameAddress(nearest)?.uri)
  }

  /// The hop that the REGISTER came by is the nearest one, unless it names another.
  private func firstHop(of binding: Binding) -> Binding {
    guard let nearest = binding.path.first else { return binding }
    var way = binding
    way.path = []
    way.contact = NameAddress(nearest)?.uri.text ?? binding.contact
    return way
  }

  private func directFlow(to binding: Binding) -> Flow {
    var transport = binding.flow.transport
    var remote = binding.flow.remote
    var connection: ConnectionID?
    switch binding.destination {
    case .connection(let id, let endpoint): (connection, remote) = (id, endpoint)
    case .endpoint(let named, let endpoint): (transport, remote) = (named, endpoint)
    case .host: break  // If the name leads nowhere, the phone is reached the way it came.
    }
    return flow(
      BindingFlow(
        transport: transport, remote: remote, listener: binding.flow.listener,
        connection: connection))
  }

  /// What the words mean to this process.
  func flow(_ words: BindingFlow) -> Flow {
    let named = listenerNames.firstIndex(of: words.listener)
    let listener = listener(
      for: words.transport, isIPv6: words.remote.address.isIPv6, preferring: named)
    return Flow(
      transport: calls.listeners[listener].transport,
      listener: ListenerID(UInt8(listener)), remote: words.remote, connection: words.connection)
  }
}
