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
    self.init(Array(text.utf8)[...])
  }

  public var text: String { "\(number) \(method.name)" }
}

extension CSeq {
  init?(_ bytes: ArraySlice<UInt8>) {
    var scanner = HeaderScanner(bytes)
    guard let number = UInt32(decimal: scanner.take(while: \.isDigit)),
      scanner.next?.isWhitespace == true
    else { return nil }
    scanner.skipWhitespace()
    guard let method = scanner.token(), scanner.isAtEnd else { return nil }
    self.init(number, SIPMethod(method))
  }
}
