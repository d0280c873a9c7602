/// An `a=` line (RFC 8866 §5.13): a property, `recvonly`, or a name with a value, `ptime:20`.
public struct SDPAttribute: Hashable, Sendable {
  /// What follows `a=`, as written.
  public let text: SDPText

  public init(_ text: SDPText) {
    self.text = text
  }

  public init(_ name: String, _ value: String? = nil) {
    text = SDPText(value.map { "\(name):\($0)" } ?? name)
  }

  public var name: String { String(decoding: nameBytes, as: UTF8.self) }

  /// What follows the first colon; nil for a property.
  public var value: String? {
    valueBytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Attribute names are compared octet by octet (RFC 8866 §5: case-significant).
  public func isNamed(_ name: String) -> Bool {
    nameBytes.elementsEqual(name.utf8)
  }

  /// Some senders leave blanks at the end of a property (`a=sendonly `); they mean the property.
  private var nameBytes: ArraySlice<UInt8> {
    var name = text.bytes.prefix { $0 != UInt8(ascii: ":") }
    while name.last == UInt8(ascii: " ") { name.removeLast() }
    return name
  }

  var valueBytes: ArraySlice<UInt8>? {
    text.bytes.firstIndex(of: UInt8(ascii: ":")).map { text.bytes[($0 + 1)...] }
  }
}

extension SDPAttribute: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) {
    self.init(SDPText(text))
  }
}

extension [SDPAttribute] {
  public func first(named name: String) -> SDPAttribute? {
    first { $0.isNamed(name) }
  }

  public func contains(named name: String) -> Bool {
    contains { $0.isNamed(name) }
  }

  public mutating func removeAll(named names: String...) {
    removeAll { attribute in names.contains { attribute.isNamed($0) } }
  }

  /// Puts the attribute where the first of its name stands, or at the end; others of its name go.
  public mutating func replace(with attribute: SDPAttribute) {
    let name = attribute.name
    guard let position = firstIndex(where: { $0.isNamed(name) }) else {
      append(attribute)
      return
    }
    removeAll(named: name)
    insert(attribute, at: position)
  }
}
