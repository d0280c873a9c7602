/// An IP address and a port.
public struct IPEndpoint: Hashable, Sendable {
  public var address: IPAddress
  public var port: UInt16

  public init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }

  /// Reads `192.0.2.1:5060` or `[2001:db8::1]:5060`. The port is required.
  public init?(_ text: some StringProtocol) {
    guard let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...]),
      let address = IPAddress(text[..<colon])
    else { return nil }
    // An IPv6 address without brackets would swallow the port as its last group.
    if address.isIPv6, !text.hasPrefix("[") { return nil }
    self.init(address, port)
  }
}

extension IPEndpoint: CustomStringConvertible {
  public var description: String { "\(address.bracketed):\(port)" }
}
