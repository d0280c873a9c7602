/// `a=rtcp:53020 IN IP6 2001:db8::1` (RFC 3605 §2.1): RTCP goes elsewhere than to the next port.
public struct RTCPAttribute: Hashable, Sendable {
  public var port: UInt16
  /// nil: the stream's own address.
  public var connection: SDPConnection?

  public init(port: UInt16, connection: SDPConnection? = nil) {
    self.port = port
    self.connection = connection
  }

  init?(value: ArraySlice<UInt8>) {
    let fields = value.fields
    guard let first = fields.first, let port = first.decimal(as: UInt16.self) else { return nil }
    self.port = port
    connection = fields.count > 1 ? SDPConnection(value: value[first.endIndex...]) : nil
  }

  public var attribute: SDPAttribute {
    SDPAttribute("rtcp", connection.map { "\(port) \($0.text)" } ?? "\(port)")
  }
}
