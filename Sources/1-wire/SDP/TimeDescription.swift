/// When the session takes place (RFC 8866 §5.9 to §5.11). A call says `t=0 0`: now.
public struct TimeDescription: Hashable, Sendable {
  /// Start and stop in seconds since 1900 as `t=` has them, or zeros.
  public var active: SDPText
  /// The `r=` lines.
  public var repeats: [SDPText]
  /// The `z=` line.
  public var zones: SDPText?

  public static let permanent = TimeDescription(active: "0 0")

  public init(active: SDPText, repeats: [SDPText] = [], zones: SDPText? = nil) {
    self.active = active
    self.repeats = repeats
    self.zones = zones
  }

  init?(value: ArraySlice<UInt8>) {
    let fields = value.fields
    guard fields.count == 2, fields.allSatisfy({ $0.allSatisfy(\.isDigit) }) else { return nil }
    self.init(active: SDPText(checked: value))
  }
}
