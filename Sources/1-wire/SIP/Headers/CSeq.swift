/// A request's number within its dialog and its method (RFC 3261 §20.16).
public struct CSeq: Hashable, Sendable {
  public var number: UInt32
  public var method: SIPMethod

  /// Numbers end here: RFC 3261 §8.1.1.5 wants less than 2^31.
  public static let largestNumber: UInt32 = 0x7FFF_FFFF

  public init(_ number: UInt32, _ method: SIPMethod) {
    self.number = number
    self.method = method
  }

  public init?(_ text: String) {
    self.init(HeaderValue(text))
  }

  public var text: String { "\(number) \(method.name)" }
}

extension CSeq {
  init?(_ value: HeaderValue) {
    self.init(value.bytes.span.bytes, value.range)
  }

  init?(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    var scanner = HeaderScanner(bytes, range)
    guard let number: UInt32 = bytes.decimal(scanner.take(while: .digit, bytes)),
      scanner.takeWhitespace(bytes), let method = scanner.token(bytes), scanner.isAtEnd
    else { return nil }
    self.init(number, SIPMethod(bytes, method))
  }
}
