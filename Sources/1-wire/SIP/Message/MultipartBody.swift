/// A body of several parts (RFC 2046 §5.1), as far as they are looked at.
public struct MultipartBody: Sendable {
  public struct Part: Sendable {
    /// As written; nil for none, which stands for plain text.
    public let contentType: String?
    public let body: ArraySlice<UInt8>
  }

  public let parts: [Part]

  /// What comes after so many parts is not looked at.
  public static let maximumParts = 8

  /// - Parameter contentType: the message's, with its boundary.
  /// - Returns: nil for another type, or without a boundary of 1 to 70 characters.
  public init?(_ body: ArraySlice<UInt8>, contentType: String) {
    let value = HeaderValue(contentType)
    let bytes = value.bytes[value.range]
    guard let separator = bytes.firstIndex(of: .semicolon),
      String(decoding: bytes[..<separator], as: UTF8.self).lowercased().hasPrefix("multipart/"),
      let boundary = Parameters(header: value, separator..<value.range.upperBound)
        .value("boundary"),
      1...70 ~= boundary.utf8.count
    else { return nil }
    parts = Self.parts(of: body, delimiter: Array("--\(boundary)".utf8))
  }

  /// The body of the first part of that type.
  public func first(_ contentType: String) -> ArraySlice<UInt8>? {
    parts.first { part in
      let essence = (part.contentType ?? "text/plain").prefix { $0 != ";" && $0 != " " }
      return essence.lowercased() == contentType
    }?.body
  }

  private static func parts(of body: ArraySlice<UInt8>, delimiter: [UInt8]) -> [Part] {
    var parts: [Part] = []
    /// Where the part begins that is being looked through.
    var start: Int?
    var line = body.startIndex
    while line < body.endIndex, parts.count < maximumParts {
      let end = body[line...].firstIndex(of: .lineFeed).map { $0 + 1 } ?? body.endIndex
      if body[line..<end].starts(with: delimiter) {
        // The line end before a delimiter belongs to it.
        if let start { parts.append(part(body[start..<max(start, withoutLineEnd(body, line))])) }
        let rest = body[line..<end].dropFirst(delimiter.count)
        if rest.starts(with: "--".utf8) { return parts }
        start = end
      }
      line = end
    }
    // Cut off: the last part is what there is of it.
    if let start, start < body.endIndex, parts.count < maximumParts {
      parts.append(part(body[start...]))
    }
    return parts
  }

  private static func withoutLineEnd(_ body: ArraySlice<UInt8>, _ end: Int) -> Int {
    var end = end
    if end > body.startIndex, body[end - 1] == .lineFeed { end -= 1 }
    if end > body.startIndex, body[end - 1] == .carriageReturn { end -= 1 }
    return end
  }

  private static func part(_ bytes: ArraySlice<UInt8>) -> Part {
    var contentType: String?
    var line = bytes.startIndex
    while line < bytes.endIndex {
      let end = bytes[line...].firstIndex(of: .lineFeed).map { $0 + 1 } ?? bytes.endIndex
      let text = bytes[line..<withoutLineEnd(bytes, end)]
      line = end
      if text.isEmpty { break }
      guard let colon = text.firstIndex(of: .colon) else { continue }
      let name = String(decoding: text[..<colon], as: UTF8.self).lowercased()
      if name == "content-type" || name == "c" {
        let value = text[text.index(after: colon)...].drop { $0.isWhitespace }
        contentType = String(decoding: value, as: UTF8.self)
      }
    }
    return Part(contentType: contentType, body: bytes[line...])
  }
}
