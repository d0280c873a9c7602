/// `tel:number;parameters` (RFC 3966 §3).
public struct TelURI: Hashable, Sendable {
  /// As written, with its visual separators.
  public var number: String
  public var parameters: Parameters

  /// Nil if it is malformed or has another scheme.
  public init?(_ text: String) {
    guard case .tel(let uri) = URI(text) else { return nil }
    self = uri
  }

  /// Starts with `+` and so needs no context.
  public var isGlobal: Bool { number.utf8.first == .plus }

  /// The number without visual separators: `+` and digits of a global one; of a local one also
  /// `*`, `#` and A to F.
  public var digits: String {
    String(decoding: number.utf8.filter { !$0.isVisualSeparator }, as: UTF8.self)
  }

  /// Where a local number means something: a domain or a global prefix.
  public var context: String? { parameters.value("phone-context") }

  public var text: String { "tel:\(number)\(parameters.text)" }
}

extension TelURI {
  /// What follows the scheme and its colon. RFC 3966 §5.1.5 wants a context with a local number;
  /// `tel:112` must get through without one all the same.
  init?(_ bytes: ArraySlice<UInt8>) {
    var scanner = HeaderScanner(bytes)
    let number = scanner.take { $0 != .semicolon }
    let isGlobal = number.first == .plus
    let digits = number.dropFirst(isGlobal ? 1 : 0)
    guard digits.contains(where: { !$0.isVisualSeparator }),
      digits.allSatisfy({ byte in
        byte.isDigit || byte.isVisualSeparator
          || !isGlobal && (byte.hexDigit != nil || byte == .asterisk || byte == 0x23)
      }),
      let parameters = scanner.uriParameters(), scanner.isAtEnd
    else { return nil }
    self.number = String(decoding: number, as: UTF8.self)
    self.parameters = parameters
  }
}

extension UInt8 {
  /// `visual-separator`: `-.()`.
  fileprivate var isVisualSeparator: Bool {
    self == 0x2D || self == .dot || self == .leftParenthesis || self == .rightParenthesis
  }
}
