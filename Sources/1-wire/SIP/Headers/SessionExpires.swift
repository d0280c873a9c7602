/// How long a session lasts without a refresh, in seconds, and who refreshes it (RFC 4028 §4).
public struct SessionExpires: Hashable, Sendable {
  /// The roles in the transaction that the header belongs to.
  public enum Refresher: String, Sendable {
    case uac, uas
  }

  public var interval: UInt32
  public var refresher: Refresher?

  public init(_ interval: UInt32, refresher: Refresher? = nil) {
    self.interval = interval
    self.refresher = refresher
  }

  public init?(_ text: String) {
    self.init(HeaderValue(text))
  }

  public var text: String {
    "\(interval)" + (refresher.map { ";refresher=\($0.rawValue)" } ?? "")
  }
}

extension SessionExpires {
  init?(_ value: HeaderValue) {
    let bytes = value.bytes.span.bytes
    var scanner = HeaderScanner(bytes, value.range)
    let digits = scanner.take(while: .digit, bytes)
    guard let interval = UInt32(saturatingDecimal: value.bytes[digits]) else { return nil }
    let parameters = Parameters(header: value, digits.upperBound..<value.range.upperBound)
    self.init(
      interval,
      refresher: parameters.value("refresher").flatMap { Refresher(rawValue: $0.lowercased()) })
  }
}

extension SIPMessage {
  public var sessionExpires: SessionExpires? {
    firstRow(.sessionExpires).flatMap { SessionExpires($0) }
  }

  /// The shortest session interval that its sender takes, in seconds (RFC 4028 §5); nil if there
  /// is none. Its parameters mean nothing yet.
  public var minSE: UInt32? {
    firstValueBytes(.minSE).flatMap { value in
      UInt32(saturatingDecimal: value.prefix { $0 != .semicolon && !$0.isWhitespace })
    }
  }
}
