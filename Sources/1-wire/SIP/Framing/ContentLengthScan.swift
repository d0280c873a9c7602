/// Finds Content-Length, also by its compact name, in a message's headers.
struct ContentLengthScan {
  enum Result {
    case missing
    case malformed
    case length(Int)
  }

  private let headers: ArraySlice<UInt8>
  private var position: Int

  init(_ headers: ArraySlice<UInt8>) {
    self.headers = headers
    position = headers.startIndex
  }

  /// Several are one if they agree (RFC 9110 §8.6 has the same rule for HTTP).
  mutating func result() -> Result {
    var found: Int?
    _ = nextLine()
    while let line = nextLine() {
      guard let value = Self.value(of: line) else { continue }
      guard let length = Int(decimal: value), found == nil || found == length else {
        return .malformed
      }
      found = length
    }
    return found.map { .length($0) } ?? .missing
  }

  /// A line with the lines that continue it.
  private mutating func nextLine() -> ArraySlice<UInt8>? {
    guard position < headers.endIndex else { return nil }
    let start = position
    repeat {
      let lineFeed = headers[position...].firstIndex(of: .lineFeed) ?? headers.endIndex - 1
      position = lineFeed + 1
    } while position < headers.endIndex && headers[position].isBlank
    return headers[start..<position]
  }

  private static func value(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let colon = line.firstIndex(of: .colon) else { return nil }
    let name = line[..<colon].trimming(\.isBlank)
    guard name.equalsIgnoringCase("Content-Length".utf8) || name.equalsIgnoringCase("l".utf8)
    else { return nil }
    return line[(colon + 1)...].trimming(\.isWhitespace)
  }
}
