/// Where one parameter lies: `name=value` or `flag`. The value is as written, with its quotes.
struct ParameterPlace {
  var name: Range<Int>
  var value: Range<Int>?

  /// How many parameters are read in one place; more make it malformed.
  static let limit = 64
}

extension HeaderScanner {
  enum ParameterStep {
    case parameter(ParameterPlace)
    /// No further semicolon stands here.
    case none
    case malformed
  }

  /// The next `SEMI generic-param` of a header (RFC 3261 §25.1).
  @inline(__always)
  mutating func parameter(_ bytes: borrowing RawSpan) -> ParameterStep {
    guard takeSpaced(.semicolon, bytes) else { return .none }
    guard let name = token(bytes) else { return .malformed }
    guard takeSpaced(.equal, bytes) else {
      return .parameter(ParameterPlace(name: name, value: nil))
    }
    let value =
      next(bytes) == .quote ? quotedString(bytes) : take(while: .parameterValue, bytes)
    guard let value, !value.isEmpty else { return .malformed }
    return .parameter(ParameterPlace(name: name, value: value))
  }

  /// The next of a URI's parameters: no white space, no quotes.
  @inline(__always)
  mutating func uriParameter(_ bytes: borrowing RawSpan) -> ParameterStep {
    guard take(.semicolon, bytes) else { return .none }
    let name = take(while: .uriParameter, bytes)
    var place = ParameterPlace(name: name, value: nil)
    if take(.equal, bytes) { place.value = take(while: .uriParameter, bytes) }
    guard !name.isEmpty, place.value?.isEmpty != true,
      PercentEscape.isValid(bytes, name, allowing: .uriParameter),
      place.value.map({ PercentEscape.isValid(bytes, $0, allowing: .uriParameter) }) ?? true
    else { return .malformed }
    return .parameter(place)
  }

  /// Takes all parameters of a URI, and answers where they were; nil if one is malformed.
  mutating func uriParameters(_ bytes: borrowing RawSpan) -> Range<Int>? {
    let start = position
    for _ in 0...ParameterPlace.limit {
      switch uriParameter(bytes) {
      case .parameter: continue
      case .none: return start..<position
      case .malformed: return nil
      }
    }
    return nil
  }

  /// The token that a parameter holds, found without a look at those behind it.
  mutating func parameterValue(_ name: String, _ bytes: borrowing RawSpan) -> Range<Int>? {
    while takeSpaced(.semicolon, bytes) {
      guard let found = token(bytes) else { return nil }
      var value: Range<Int>?
      if takeSpaced(.equal, bytes) {
        value =
          next(bytes) == .quote ? quotedString(bytes) : take(while: .parameterValue, bytes)
      }
      if bytes.equals(found, ignoringCase: name) { return value?.isEmpty == false ? value : nil }
    }
    return nil
  }
}
