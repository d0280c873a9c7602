/// The parameters behind a header's value or a URI, in order: `;name=value;flag`.
///
/// Names are compared without regard to case (RFC 3261 §7.3.1, §19.1.1).
public struct Parameters: Hashable, Sendable {
  struct Parameter: Hashable, Sendable {
    var name: String
    /// As written: quoted or escaped. Nil for a flag.
    var value: String?

    /// A URI may escape a name (RFC 4475 §3.1.1.3); the name asked for has no escapes.
    func isNamed(_ wanted: String) -> Bool {
      name.equalsIgnoringCase(wanted)
        || name.utf8.contains(.percent)
          && PercentEscape.decoded(name).equalsIgnoringCase(wanted)
    }
  }

  private(set) var all: [Parameter] = []

  public init() {}

  public var isEmpty: Bool { all.isEmpty }

  public var names: [String] { all.map(\.name) }

  public func has(_ name: String) -> Bool { index(of: name) != nil }

  /// The parameter's value without the quotes around it; nil if it has none or there is no such
  /// parameter. Of two parameters of one name the first counts.
  public func value(_ name: String) -> String? {
    guard let index = index(of: name), let value = all[index].value else { return nil }
    return value.utf8.first == .quote ? QuotedString.text(of: Array(value.utf8)[...]) : value
  }

  public subscript(name: String) -> String? { value(name) }

  /// Replaces the parameter where it stands, or adds it. A value that is neither token nor host is
  /// quoted.
  public mutating func set(_ name: String, _ value: String? = nil) {
    let isPlain =
      value.map { !$0.isEmpty && $0.utf8.allSatisfy(CharacterClass.parameterValue.contains) }
      ?? true
    let parameter = Parameter(name: name, value: isPlain ? value : value.map(QuotedString.quoting))
    if let index = index(of: name) {
      all[index] = parameter
    } else {
      all.append(parameter)
    }
  }

  public mutating func remove(_ name: String) {
    all.removeAll { $0.isNamed(name) }
  }

  /// Each parameter with its semicolon; empty if there is none.
  public var text: String {
    var text = ""
    for parameter in all {
      text += ";" + parameter.name
      if let value = parameter.value { text += "=" + value }
    }
    return text
  }

  private func index(of name: String) -> Int? {
    all.firstIndex { $0.isNamed(name) }
  }

  /// Takes a parameter as written.
  private mutating func append(_ value: HeaderValue, _ place: ParameterPlace) {
    if all.isEmpty { all.reserveCapacity(4) }
    all.append(Parameter(name: value.text(place.name), value: place.value.map(value.text)))
  }
}

extension Parameters {
  /// A header's, from its first semicolon on, known to be well-formed.
  init(header value: HeaderValue, _ range: Range<Int>) {
    let bytes = value.bytes.span.bytes
    var scanner = HeaderScanner(bytes, range)
    while case .parameter(let place) = scanner.parameter(bytes) { append(value, place) }
  }

  /// A URI's, likewise.
  init(uri value: HeaderValue, _ range: Range<Int>) {
    let bytes = value.bytes.span.bytes
    var scanner = HeaderScanner(bytes, range)
    while case .parameter(let place) = scanner.uriParameter(bytes) { append(value, place) }
  }
}
