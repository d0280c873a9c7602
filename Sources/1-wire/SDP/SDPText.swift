/// The value of a line as its sender wrote it: octets without NUL, CR and LF.
///
/// RFC 8866 §5 lets `a=charset` choose another encoding than UTF-8, so the octets are what is
/// kept and compared; text is a reading of them, with U+FFFD for what is not UTF-8.
public struct SDPText: Hashable, Sendable {
  public let bytes: [UInt8]

  public init(_ text: some StringProtocol) {
    bytes = text.utf8.filter { !$0.breaksLines }
  }

  /// The parser has looked for forbidden octets already.
  init(checked bytes: ArraySlice<UInt8>) {
    self.bytes = Array(bytes)
  }
}

extension SDPText: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) {
    self.init(text)
  }
}

extension SDPText: CustomStringConvertible {
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension UInt8 {
  /// RFC 8866 §9 `byte-string`: any octet but these.
  var breaksLines: Bool { self == 0 || self == 0x0A || self == 0x0D }

  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}

extension Collection<UInt8> {
  /// The unsigned number that the digits write; nil for anything else, nothing and overflow
  /// included.
  func decimal<Number: FixedWidthInteger & UnsignedInteger>(as: Number.Type) -> Number? {
    guard !isEmpty else { return nil }
    var number: Number = 0
    for byte in self {
      guard byte.isDigit else { return nil }
      let (tens, tooBig) = number.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = tens.addingReportingOverflow(Number(byte - UInt8(ascii: "0")))
      guard !tooBig, !overflow else { return nil }
      number = sum
    }
    return number
  }

  /// The fields between spaces. The grammar has single spaces; more are forgiven.
  var fields: [SubSequence] {
    split(separator: UInt8(ascii: " "))
  }
}

extension Collection<UInt8> {
  /// RFC 8866 §9 `token` and `unicast-address` are of these: names in other scripts are written in
  /// ASCII (§5).
  var isVisibleASCII: Bool { allSatisfy { $0 > 0x20 && $0 < 0x7F } }
}

extension Collection where Element: Collection<UInt8> {
  /// Fields as one text again, a space between each two.
  var spaced: String {
    String(decoding: Array(joined(separator: " ".utf8)), as: UTF8.self)
  }
}
