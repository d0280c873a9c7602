/// The `o=` line (RFC 8866 §5.2): who made the description, and which version of it this is.
public struct SDPOrigin: Hashable, Sendable {
  public var username: SDPText
  /// Digits. RFC 8866 sets no bound, so this may exceed 64 bits.
  public var sessionID: String
  /// Digits, likewise unbounded. RFC 3264 §5 asks senders to stay within 63 bits.
  public var sessionVersion: String
  /// Network type, address type and unicast address: `IN IP4 192.0.2.1`.
  public var connection: SDPConnection

  public init(
    username: SDPText = "-", sessionID: String, sessionVersion: String,
    connection: SDPConnection
  ) {
    self.username = username
    self.sessionID = sessionID
    self.sessionVersion = sessionVersion
    self.connection = connection
  }

  /// Reads from the right, because a username with spaces, though forbidden, is met.
  init?(value: ArraySlice<UInt8>) {
    let fields = value.fields
    guard fields.count >= 6, fields.suffix(5).allSatisfy(\.isVisibleASCII) else { return nil }
    let tail = fields.suffix(5).map { String(decoding: $0, as: UTF8.self) }
    guard tail[0].utf8.allSatisfy(\.isDigit), tail[1].utf8.allSatisfy(\.isDigit) else {
      return nil
    }
    username = SDPText(checked: value[fields[0].startIndex..<fields[fields.count - 6].endIndex])
    sessionID = tail[0]
    sessionVersion = tail[1]
    connection = SDPConnection(networkType: tail[2], addressType: tail[3], address: tail[4])
  }

  var bytes: [UInt8] {
    username.bytes + Array(" \(sessionID) \(sessionVersion) \(connection.text)".utf8)
  }
}
