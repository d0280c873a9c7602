/// Where the parts of a URI lie. One that exists is well-formed (RFC 3261 §19.1.1, §25.1; RFC 3966
/// §3), so that what only needs to know that needs no string of it.
struct URIPlaces {
  enum Scheme {
    case sip
    case sips
    case tel
    case other
  }

  var scheme: Scheme
  var port: UInt16?
  var whole: Place
  var schemeName: Place
  var user = Place.none
  var password = Place.none
  /// A tel URI's number; of another scheme what follows its colon.
  var host: Place
  var parameters: Place
  /// What follows the question mark.
  var headers = Place.none

  init?(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    var scanner = HeaderScanner(bytes, range)
    // `scheme` of §25.1: a letter, then letters, digits and `+-.`.
    let name = scanner.take(while: .scheme, bytes)
    guard !name.isEmpty, bytes[name.lowerBound].isLetter, scanner.take(.colon, bytes)
    else { return nil }
    whole = Place(range)
    schemeName = Place(name)
    scheme = Self.scheme(bytes, name)
    host = Place(scanner.position..<range.upperBound)
    parameters = Place(range.upperBound..<range.upperBound)
    let isWellFormed =
      switch scheme {
      case .sip, .sips: takeSIP(&scanner, bytes)
      case .tel: takeTel(&scanner, bytes)
      case .other: !scanner.isAtEnd && !scanner.take(while: .uri, bytes).isEmpty
      }
    guard isWellFormed, scanner.isAtEnd else { return nil }
  }

  @inline(__always)
  private static func scheme(_ bytes: borrowing RawSpan, _ name: Range<Int>) -> Scheme {
    switch name.count {
    case 3 where bytes.equals(name, ignoringCase: "sip"): .sip
    case 4 where bytes.equals(name, ignoringCase: "sips"): .sips
    case 3 where bytes.equals(name, ignoringCase: "tel"): .tel
    default: .other
    }
  }

  private mutating func takeSIP(
    _ scanner: inout HeaderScanner, _ bytes: borrowing RawSpan
  ) -> Bool {
    if let at = bytes.firstIndex(of: .at, in: scanner.position..<scanner.end) {
      guard let userInfo = scanner.take(upTo: .at, bytes) else { return false }
      let colon = bytes.firstIndex(of: .colon, in: userInfo)
      let user = userInfo.lowerBound..<(colon ?? at)
      let password = colon.map { ($0 + 1)..<at }
      guard !user.isEmpty, PercentEscape.isValid(bytes, user, allowing: .user),
        password.map({ PercentEscape.isValid(bytes, $0, allowing: .password) }) ?? true
      else { return false }
      self.user = Place(user)
      self.password = Place(password)
    }
    guard let host = scanner.host(bytes),
      case .port(let port) = scanner.port(behindColon: scanner.take(.colon, bytes), bytes),
      let parameters = scanner.uriParameters(bytes)
    else { return false }
    self.host = Place(host)
    self.port = port
    self.parameters = Place(parameters)
    if scanner.take(.question, bytes) {
      let headers = scanner.takeRest()
      self.headers = Place(headers)
      return PercentEscape.isValid(bytes, headers, allowing: .uriHeader)
    }
    return true
  }

  /// RFC 3966 §5.1.5 wants a context with a local number; `tel:112` must get through without one
  /// all the same.
  private mutating func takeTel(
    _ scanner: inout HeaderScanner, _ bytes: borrowing RawSpan
  ) -> Bool {
    let number = scanner.take(bytes) { $0 != .semicolon }
    host = Place(number)
    let isGlobal = !number.isEmpty && bytes[number.lowerBound] == .plus
    var hasDigit = false
    for position in (number.lowerBound + (isGlobal ? 1 : 0))..<number.upperBound {
      let byte = bytes[position]
      if byte.isVisualSeparator { continue }
      hasDigit = true
      let isLocal = byte.hexDigit != nil || byte == .asterisk || byte == 0x23
      guard byte.isDigit || !isGlobal && isLocal else { return false }
    }
    guard hasDigit, let parameters = scanner.uriParameters(bytes) else { return false }
    self.parameters = Place(parameters)
    return true
  }
}
