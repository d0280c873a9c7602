/// A header's value where it lies: in its message's bytes, or in bytes of its own if it was folded.
struct HeaderValue: Sendable {
  let bytes: [UInt8]
  /// Within `bytes`.
  let range: Range<Int>

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    self.range = range
  }

  /// A value apart from any message.
  init(_ text: String) {
    bytes = Array(text.utf8)
    range = 0..<bytes.count
  }

  var slice: ArraySlice<UInt8> { bytes[range] }

  var text: String { text(range) }

  func text(_ part: Range<Int>) -> String {
    String(decoding: bytes[part], as: UTF8.self)
  }

  /// A parameter's value without the quotes around it.
  func unquoted(_ part: Range<Int>) -> String {
    bytes[part].first == .quote ? QuotedString.text(of: bytes[part]) : text(part)
  }

  func part(_ range: Range<Int>) -> HeaderValue { HeaderValue(bytes, range) }
}
