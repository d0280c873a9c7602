import Addressing

extension ValueReader where Value == ListenAddress {
  /// `udp:10.0.0.5:5060`, `udp:10.0.0.5:5060/203.0.113.9`, or a group of keys.
  static var listen: ValueReader {
    let short = ValueReader.scalar(
      "transport:address:port", example: example, text: { $0.description },
      parse: parseListenAddress)
    let group = ListenGroup.section.reader
    var reader = ValueReader(
      type: "\(short.type) or group of keys", text: short.text, keys: group.keys
    ) { node, path, reading in
      guard node.mapping != nil else { return short.read(node, path, &reading) }
      return group.read(node, path, &reading)?.listenAddress
    }
    reader.label = { $0.description }
    reader.describe = { _, _ in [] }
    return reader
  }
}

/// The long form of a listener.
private struct ListenGroup {
  var address = ListenAddress(transport: .udp, bound: IPEndpoint(.anyIPv4, 0))
  var advertise: Advertised?

  static var section: Section<ListenGroup> {
    Section(
      title: "a listener", initial: ListenGroup(),
      fields: [
        .required(
          "address", \.address,
          .scalar("transport:address:port", example: example, parse: parseBoundAddress),
          "the transport, address and port to listen on, such as \(example)"),
        .optional(
          "advertise", \.advertise,
          .scalar(
            "IP address, or address:port", example: "203.0.113.9", parse: parseAdvertised),
          "the address that others reach the listener at; "
            + "its own port unless another is given"),
      ],
      check: { group, node, reading in
        do throws(Wrong) { try requireSense(group.listenAddress) } catch {
          reading.report("the listener \(group.address) \(error.message)", at: node)
        }
      })
  }

  var listenAddress: ListenAddress {
    var address = address
    address.advertised = advertise?.endpoint(for: address.bound)
    return address
  }
}

/// An advertised address, whose port may be the listener's own.
private enum Advertised {
  case address(IPAddress)
  case endpoint(IPEndpoint)

  func endpoint(for bound: IPEndpoint) -> IPEndpoint {
    switch self {
    case .address(let address): IPEndpoint(address, bound.port)
    case .endpoint(let endpoint): endpoint
    }
  }
}

private let example = "udp:192.0.2.1:5060"

private func parseListenAddress(_ written: String) throws(Wrong) -> ListenAddress {
  let parts = written.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
  guard let first = parts.first else { throw Wrong("is empty; write \(example)") }
  var listener = try parseBoundAddress(String(first))
  if parts.count == 2 {
    listener.advertised = try parseAdvertised(String(parts[1])).endpoint(for: listener.bound)
  }
  try requireSense(listener)
  return listener
}

private func parseBoundAddress(_ written: String) throws(Wrong) -> ListenAddress {
  let parts = written.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
  guard parts.count == 2, let transport = ListenAddress.Transport(rawValue: String(parts[0]))
  else {
    if IPEndpoint(written) != nil || IPAddress(written) != nil {
      throw Wrong("lacks a transport; write \(example)")
    }
    throw Wrong(
      "is not a listener; write udp, tcp or tls, address and port, "
        + "such as \(example)")
  }
  let bound = try parseEndpoint(parts[1], example: "\(transport.rawValue):192.0.2.1:5060")
  return ListenAddress(transport: transport, bound: bound)
}

private func parseAdvertised(_ written: String) throws(Wrong) -> Advertised {
  if let address = IPAddress(written) { return .address(address) }
  if let endpoint = IPEndpoint(written), endpoint.port != 0 { return .endpoint(endpoint) }
  throw Wrong(
    "is not an address to advertise; write one such as 203.0.113.9 or 203.0.113.9:5060")
}

private func requireSense(_ listener: ListenAddress) throws(Wrong) {
  guard let advertised = listener.advertised else {
    if listener.bound.address.isUnspecified {
      throw Wrong(
        "listens on every address, so that others must be told one: "
          + "write \(listener)/203.0.113.9 with the address they reach")
    }
    return
  }
  try requireSense(advertised.address, for: listener.bound.address)
}

/// An address that stands for another one: somebody must be able to send to it.
func requireSense(_ advertised: IPAddress, for bound: IPAddress) throws(Wrong) {
  if advertised.isUnspecified || advertised.isMulticast {
    throw Wrong("advertises \(advertised), which nobody can send to")
  }
  if advertised.isIPv6 != bound.isIPv6 {
    throw Wrong(
      "advertises \(advertised), which is of another family than the address it listens on")
  }
}
