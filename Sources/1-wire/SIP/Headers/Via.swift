import Addressing

/// One hop that a request took: `SIP/2.0/UDP host:port;parameters` (RFC 3261 §20.42).
public struct Via: Hashable, Sendable {
  /// As written; compared without regard to case.
  public var transport: String
  /// As written, IPv6 in its brackets.
  public var host: String
  public var port: UInt16?
  public var parameters: Parameters

  public init(
    transport: String, host: String, port: UInt16?, parameters: Parameters = Parameters()
  ) {
    self.transport = transport
    self.host = host
    self.port = port
    self.parameters = parameters
  }

  /// One value, not a list; nil if it is malformed.
  public init?(_ text: String) {
    self.init(Array(text.utf8)[...])
  }

  /// `rport` of RFC 3581 §3 and §4.
  public enum RPort: Hashable, Sendable {
    case absent
    /// The client asks for it, or wrote something that is no port.
    case requested
    case port(UInt16)
  }

  public var branch: String? { parameters.value("branch") }

  public var received: IPAddress? { parameters.value("received").flatMap { IPAddress($0) } }

  public var rport: RPort {
    guard parameters.has("rport") else { return .absent }
    guard let text = parameters.value("rport"), let port = UInt16(decimal: text.utf8), port > 0
    else { return .requested }
    return .port(port)
  }

  /// The host, if it is an address.
  public var hostAddress: IPAddress? { IPAddress(host: host) }

  public var text: String {
    "SIP/2.0/\(transport) \(host)\(port.map { ":\($0)" } ?? "")\(parameters.text)"
  }

  /// Where the response to a request with this top Via goes over an unreliable transport: `maddr`,
  /// else `received` (RFC 3261 §18.2.2) at `rport` (RFC 3581 §4), else the host, at its port or
  /// 5060. Nil if that is a name, which a resolver has to look up (RFC 3263 §5).
  public var responseEndpoint: IPEndpoint? {
    if let maddr = parameters.value("maddr") {
      return IPAddress(maddr).map { IPEndpoint($0, port ?? 5060) }
    }
    if let received {
      if case .port(let port) = rport { return IPEndpoint(received, port) }
      return IPEndpoint(received, port ?? 5060)
    }
    return hostAddress.map { IPEndpoint($0, port ?? 5060) }
  }
}

extension Via {
  init?(_ bytes: ArraySlice<UInt8>) {
    var scanner = HeaderScanner(bytes)
    scanner.skipWhitespace()
    guard let name = scanner.token(), name.equalsIgnoringCase("SIP".utf8),
      scanner.takeSpaced(.slash), let version = scanner.token(),
      version.elementsEqual("2.0".utf8),
      scanner.takeSpaced(.slash), let transport = scanner.token(),
      scanner.next?.isWhitespace == true
    else { return nil }
    scanner.skipWhitespace()
    guard let host = scanner.host() else { return nil }
    var port: UInt16?
    if scanner.takeSpaced(.colon) {
      guard let number = UInt16(decimal: scanner.take(while: \.isDigit)) else { return nil }
      port = number
    }
    guard let parameters = scanner.parametersToEnd() else { return nil }
    self.init(
      transport: String(decoding: transport, as: UTF8.self),
      host: String(decoding: host, as: UTF8.self), port: port, parameters: parameters)
  }
}
