/// The event packages that the switch is a notifier of (RFC 6665 §5).
package enum EventPackage: String, CaseIterable, Sendable {
  /// RFC 3856.
  case presence
  /// RFC 4235: busy lamps.
  case dialog
  /// RFC 3680.
  case registration = "reg"

  /// The value of Allow-Events.
  static let allowText = allCases.map(\.rawValue).joined(separator: ", ")

  var contentType: String {
    switch self {
    case .presence: "application/pidf+xml"
    case .dialog: "application/dialog-info+xml"
    case .registration: "application/reginfo+xml"
    }
  }

  /// Changes are told no more often than this: RFC 3856 §6.10, RFC 4235 §3.10, RFC 3680 §4.10.
  var interval: Duration {
    switch self {
    case .presence, .registration: .seconds(5)
    case .dialog: .seconds(1)
    }
  }
}
