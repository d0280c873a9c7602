/// Appends two lower-case digits a byte, as digests are written (RFC 8760 §2.2).
func appendHexadecimal(_ bytes: some Sequence<UInt8>, to text: inout [UInt8]) {
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
}

/// The bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  var text: [UInt8] = []
  appendHexadecimal(bytes, to: &text)
  return String(decoding: text, as: UTF8.self)
}

/// Reads hexadecimal digits of either case; nil for anything else and for an odd number of them.
func bytes(hexadecimal text: String) -> [UInt8]? {
  var bytes: [UInt8] = []
  var high: UInt8?
  for character in text.utf8 {
    guard let digit = value(ofDigit: character) else { return nil }
    if let upper = high {
      bytes.append(upper << 4 | digit)
      high = nil
    } else {
      high = digit
    }
  }
  return high == nil ? bytes : nil
}

private let digits = Array("0123456789abcdef".utf8)

private func value(ofDigit character: UInt8) -> UInt8? {
  switch character {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
  default: nil
  }
}
