import Addressing

/// One hop that a request took: `SIP/2.0/UDP host:port;parameters` (RFC 3261 §20.42).
///
/// It is well-formed, and stays where it was read: a string is made of a part when somebody asks.
public struct Via: Sendable {
  private let value: HeaderValue
  let places: ViaPlaces

  init?(_ value: HeaderValue) {
    guard let places = ViaPlaces(value) else { return nil }
    self.init(value, places)
  }

  init(_ value: HeaderValue, _ places: ViaPlaces) {
    self.value = value
    self.places = places
  }

  /// One value, not a list; nil if it is malformed.
  public init?(_ text: String) {
    self.init(HeaderValue(text))
  }

  /// As written; compared without regard to case.
  public var transport: String { value.text(places.transport.range) }

  /// As written, IPv6 in its brackets.
  public var host: String { value.text(places.host.range) }

  public var port: UInt16? { places.port }

  public var parameters: Parameters { Parameters(header: value, places.parameters.range) }

  public var branch: String? { places.branch.value.map(value.unquoted) }

  /// As written, with the quotes around it that a peer may have put there.
  public var branchBytes: ArraySlice<UInt8>? { places.branch.value.map { value.bytes[$0] } }

  /// `rport` of RFC 3581 §3 and §4.
  public enum RPort: Hashable, Sendable {
    case absent
    /// The client asks for it, or wrote something that is no port.
    case requested
    case port(UInt16)
  }

  public var received: IPAddress? { places.received.value.flatMap(address) }

  public var rport: RPort {
    guard !places.rport.isNone else { return .absent }
    guard let range = places.rport.value, let port = port(range), port > 0 else {
      return .requested
    }
    return .port(port)
  }

  /// The host, if it is an address.
  public var hostAddress: IPAddress? { IPAddress(host: value, places.host.range) }

  public var text: String {
    "SIP/2.0/\(transport) \(host)\(port.map { ":\($0)" } ?? "")\(parameters.text)"
  }

  /// Where the response to a request with this top Via goes over an unreliable transport: `maddr`,
  /// else `received` (RFC 3261 §18.2.2) at `rport` (RFC 3581 §4), else the host, at its port or
  /// its transport's. Nil if that is a name, which a resolver has to look up (RFC 3263 §5).
  public var responseEndpoint: IPEndpoint? {
    let port = port ?? defaultPort
    if let maddr = places.maddr.value {
      return address(maddr).map { IPEndpoint($0, port) }
    }
    if let received {
      if case .port(let port) = rport { return IPEndpoint(received, port) }
      return IPEndpoint(received, port)
    }
    return hostAddress.map { IPEndpoint($0, port) }
  }

  /// RFC 3261 §18.2.2.
  private var defaultPort: UInt16 {
    TransportProtocol(rawValue: transport.lowercased())?.defaultPort ?? 5060
  }

  private func address(_ range: Range<Int>) -> IPAddress? {
    IPAddress(dottedQuad: value, range) ?? IPAddress(value.unquoted(range))
  }

  private func port(_ range: Range<Int>) -> UInt16? {
    guard value.bytes[range].first == .quote else {
      return value.bytes.span.bytes.decimal(range)
    }
    return UInt16(decimal: value.unquoted(range).utf8)
  }
}

extension Via: Hashable {
  /// The parts have to be written alike; white space between them does not count.
  public static func == (left: Via, right: Via) -> Bool { left.text == right.text }

  public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension Via {
  /// The row's bytes behind this element.
  var bytesBehind: ArraySlice<UInt8> {
    value.bytes[places.element.range.upperBound..<value.range.upperBound]
  }

  /// Writes the element anew: with this port in `rport`, if it has that parameter, and with this
  /// `received`, if any, as the last one.
  func write(to text: inout [UInt8], port: UInt16, received: IPAddress?) {
    let bytes = value.bytes.span.bytes
    let parameters = places.parameters.range
    text += value.bytes[places.element.range.lowerBound..<parameters.lowerBound]
    var scanner = HeaderScanner(bytes, parameters)
    var hasPort = false
    while case .parameter(let place) = scanner.parameter(bytes) {
      if bytes.equals(place.name, ignoringCase: "received") { continue }
      text.append(.semicolon)
      if !hasPort, bytes.equals(place.name, ignoringCase: "rport") {
        hasPort = true
        text += "rport=".utf8
        text.append(decimal: Int(port))
      } else {
        text += value.bytes[place.name.lowerBound..<(place.value ?? place.name).upperBound]
      }
    }
    if let received {
      text += ";received=".utf8
      text.append(received)
    }
  }
}
