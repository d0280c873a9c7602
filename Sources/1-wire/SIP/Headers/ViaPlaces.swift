/// Where the parts of a Via lie (RFC 3261 §20.42, §25.1). One that exists is well-formed.
struct ViaPlaces {
  /// From its first byte to its last parameter.
  var element: Place
  var transport: Place
  var host: Place
  /// From the first semicolon on.
  var parameters: Place
  // A parameter's value as written, empty for a flag. Of two of one name the first counts.
  var branch = Place.none
  var received = Place.none
  var rport = Place.none
  var maddr = Place.none
  var port: UInt16?

  /// Reads the element at the scanner's place and stops at its end or at the comma behind it.
  ///
  /// A comma cannot stand elsewhere than in a quoted string of a well-formed Via, so a list needs
  /// not be parted before.
  init?(_ scanner: inout HeaderScanner, _ bytes: borrowing RawSpan) {
    scanner.skipWhitespace(bytes)
    let first = scanner.position
    guard let name = scanner.token(bytes), bytes.equals(name, ignoringCase: "SIP"),
      scanner.takeSpaced(.slash, bytes), let version = scanner.token(bytes),
      bytes.equals(version, ignoringCase: "2.0"),
      scanner.takeSpaced(.slash, bytes), let transport = scanner.token(bytes),
      scanner.takeWhitespace(bytes), let host = scanner.host(bytes),
      case .port(let port) = scanner.port(behindColon: scanner.takeSpaced(.colon, bytes), bytes)
    else { return nil }
    self.transport = Place(transport)
    self.host = Place(host)
    self.port = port
    let start = scanner.position
    parameters = .none
    element = .none
    guard takeParameters(&scanner, bytes) else { return nil }
    parameters = Place(start..<scanner.position)
    element = Place(first..<scanner.position)
    scanner.skipWhitespace(bytes)
    guard scanner.isAtEnd || scanner.next(bytes) == .comma else { return nil }
  }

  /// One value, not a list.
  init?(_ value: HeaderValue) {
    let bytes = value.bytes.span.bytes
    var scanner = HeaderScanner(bytes, value.range)
    self.init(&scanner, bytes)
    guard scanner.isAtEnd else { return nil }
  }

  @inline(__always)
  private mutating func takeParameters(
    _ scanner: inout HeaderScanner, _ bytes: borrowing RawSpan
  ) -> Bool {
    for _ in 0...ParameterPlace.limit {
      switch scanner.parameter(bytes) {
      case .parameter(let place): note(place, bytes)
      case .none: return true
      case .malformed: return false
      }
    }
    return false
  }

  @inline(__always)
  private mutating func note(_ place: ParameterPlace, _ bytes: borrowing RawSpan) {
    let value = Place(place.value ?? place.name.upperBound..<place.name.upperBound)
    switch place.name.count {
    case 6 where branch.isNone && bytes.equals(place.name, ignoringCase: "branch"):
      branch = value
    case 8 where received.isNone && bytes.equals(place.name, ignoringCase: "received"):
      received = value
    case 5 where rport.isNone && bytes.equals(place.name, ignoringCase: "rport"):
      rport = value
    case 5 where maddr.isNone && bytes.equals(place.name, ignoringCase: "maddr"):
      maddr = value
    default: break
    }
  }
}

extension Place {
  /// The value of a parameter that is there and no flag.
  @inline(__always)
  var value: Range<Int>? { isNone || range.isEmpty ? nil : range }
}
