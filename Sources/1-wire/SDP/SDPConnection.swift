import Addressing

/// A `c=` line (RFC 8866 §5.7): where media is to go.
public struct SDPConnection: Hashable, Sendable {
  /// `IN`, the Internet.
  public var networkType: String
  /// `IP4` or `IP6`.
  public var addressType: String
  /// An address or a host name as written, multicast scope and count (`/127/3`) included.
  public var address: String

  public init(networkType: String, addressType: String, address: String) {
    self.networkType = networkType
    self.addressType = addressType
    self.address = address
  }

  public init(_ address: IPAddress) {
    self.init(
      networkType: "IN", addressType: address.isIPv6 ? "IP6" : "IP4", address: address.description)
  }

  init?(value: ArraySlice<UInt8>) {
    let fields = value.fields
    guard fields.count >= 3, fields.allSatisfy(\.isVisibleASCII) else { return nil }
    networkType = String(decoding: fields[0], as: UTF8.self)
    addressType = String(decoding: fields[1], as: UTF8.self)
    address = fields[2...].spaced
  }

  /// The address; nil for a host name, which is never looked up, and for other networks.
  /// The literal decides the family even where the address type contradicts it.
  public var ipAddress: IPAddress? {
    guard networkType == "IN" else { return nil }
    return IPAddress(address.prefix { $0 != "/" && $0 != " " })
  }

  var text: String { "\(networkType) \(addressType) \(address)" }
}
