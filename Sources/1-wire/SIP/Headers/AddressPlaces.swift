/// Where the parts of a name-addr or addr-spec lie (RFC 3261 §20.10, §25.1). One that exists is
/// well-formed but for its URI, which has places of its own: most who read From want its tag.
struct AddressPlaces {
  /// The display name as written, with its quotes.
  var name = Place.none
  /// Those of the header, from the first semicolon on.
  var parameters: Place
  /// The first `tag` parameter's value as written.
  var tag = Place.none
  /// Without the brackets.
  var uri: Place

  /// One value, not a list.
  init?(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    var scanner = HeaderScanner(bytes, range)
    scanner.skipWhitespace(bytes)
    if scanner.next(bytes) == .quote {
      guard let quoted = scanner.quotedString(bytes) else { return nil }
      name = Place(quoted)
      scanner.skipWhitespace(bytes)
      guard scanner.next(bytes) == .less else { return nil }
    } else {
      name = Place(scanner.displayTokens(bytes))
    }
    let address: Range<Int>
    if scanner.take(.less, bytes) {
      guard let enclosed = scanner.take(upTo: .greater, bytes) else { return nil }
      address = enclosed
    } else {
      // Without brackets a comma, question mark or semicolon is not the URI's (§20.10), which
      // makes the first two errors (RFC 4475 §3.1.2.13).
      address = scanner.take(bytes) {
        $0 != .semicolon && !$0.isWhitespace && $0 != .comma && $0 != .question
      }
    }
    guard !address.isEmpty else { return nil }
    uri = Place(address)
    parameters = Place(scanner.position..<range.upperBound)
    guard takeParameters(&scanner, bytes) else { return nil }
  }

  /// Whether the bytes are a well-formed address, its URI included.
  static func isWellFormed(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> Bool {
    guard let places = AddressPlaces(bytes, range) else { return false }
    return URIPlaces(bytes, places.uri.range) != nil
  }

  @inline(__always)
  private mutating func takeParameters(
    _ scanner: inout HeaderScanner, _ bytes: borrowing RawSpan
  ) -> Bool {
    var hasTag = false
    for _ in 0...ParameterPlace.limit {
      switch scanner.parameter(bytes) {
      case .parameter(let place):
        guard !hasTag, bytes.equals(place.name, ignoringCase: "tag") else { continue }
        hasTag = true
        tag = Place(place.value)
      case .none:
        scanner.skipWhitespace(bytes)
        return scanner.isAtEnd
      case .malformed: return false
      }
    }
    return false
  }
}

extension HeaderScanner {
  /// The unquoted display name before `<`: tokens parted by white space. Many peers leave UTF-8
  /// unquoted, so that is let through too. Nil if there is none, or it is no name-addr and nothing
  /// was taken.
  fileprivate mutating func displayTokens(_ bytes: borrowing RawSpan) -> Range<Int>? {
    var ahead = self
    let name = ahead.take(bytes) { $0.isToken || $0.isBlank || $0.isBeyondASCII }
    guard ahead.next(bytes) == .less else { return nil }
    self = ahead
    let trimmed = bytes.trimming(name)
    return trimmed.isEmpty ? nil : trimmed
  }
}
