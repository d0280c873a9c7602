import SIP

/// Why bytes are not taken for an XML document.
enum XMLFault: Error, Equatable {
  case malformed
  /// A document type could define entities that grow without end; none of the documents here has
  /// one.
  case documentType
  case tooDeep, tooMany
}

/// A strict reader of small XML documents, piece by piece.
///
/// It knows elements, attributes, text, comments, processing instructions and CDATA; no document
/// type, and of entities the five that XML itself has and characters by number. Prefixes of
/// namespaces are cut off: what it reads has its names to itself.
struct XMLScanner {
  enum Piece: Equatable {
    case start(String, attributes: [String: String])
    case end(String)
    case text(String)
  }

  static let maximumDepth = 16
  static let maximumElements = 256
  static let maximumAttributes = 32

  private let bytes: [UInt8]
  private var position = 0
  /// The names of the open elements, prefixes included.
  private var open: [String] = []
  private var elements = 0
  /// An element without content has a start; its end comes next.
  private var isEmptyElement = false

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// Nil at the end of the document.
  mutating func next() throws(XMLFault) -> Piece? {
    if isEmptyElement {
      isEmptyElement = false
      return .end(localName(open.removeLast()))
    }
    while position < bytes.count {
      if bytes[position] != UInt8(ascii: "<") {
        if let text = try characters() { return .text(text) }
      } else if skip("<!--") {
        guard skip(past: "-->") else { throw .malformed }
      } else if skip("<![CDATA[") {
        let start = position
        guard !open.isEmpty, skip(past: "]]>") else { throw .malformed }
        return .text(try string(start..<(position - 3)))
      } else if skip("<?") {
        guard skip(past: "?>") else { throw .malformed }
      } else if skip("<!") {
        throw .documentType
      } else if skip("</") {
        return try endTag()
      } else {
        return try startTag()
      }
    }
    guard open.isEmpty, elements > 0 else { throw .malformed }
    return nil
  }

  // MARK: Tags

  private mutating func startTag() throws(XMLFault) -> Piece {
    position += 1
    let name = try self.name()
    elements += 1
    guard elements <= Self.maximumElements else { throw .tooMany }
    guard open.count < Self.maximumDepth else { throw .tooDeep }
    guard !open.isEmpty || elements == 1 else { throw .malformed }
    var attributes: [String: String] = [:]
    while true {
      let hasSpace = skipSpace()
      if skip(">") { break }
      if skip("/>") {
        isEmptyElement = true
        break
      }
      guard hasSpace else { throw .malformed }
      let (key, value) = try attribute()
      guard attributes.count < Self.maximumAttributes else { throw .tooMany }
      guard attributes.updateValue(value, forKey: key) == nil else { throw .malformed }
    }
    open.append(name)
    return .start(localName(name), attributes: attributes)
  }

  private mutating func endTag() throws(XMLFault) -> Piece {
    let name = try self.name()
    skipSpace()
    guard skip(">"), open.last == name else { throw .malformed }
    open.removeLast()
    return .end(localName(name))
  }

  private mutating func attribute() throws(XMLFault) -> (String, String) {
    let name = try self.name()
    skipSpace()
    guard skip("=") else { throw .malformed }
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == 0x27
    else { throw .malformed }
    let quote = bytes[position]
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != quote {
      guard bytes[position] != UInt8(ascii: "<") else { throw .malformed }
      position += 1
    }
    guard position < bytes.count else { throw .malformed }
    position += 1
    return (name, try unescaped(start..<(position - 1)))
  }

  private mutating func name() throws(XMLFault) -> String {
    let start = position
    while position < bytes.count, isNameByte(bytes[position]) { position += 1 }
    guard position > start, !(0x2D...0x39).contains(bytes[start]) else { throw .malformed }
    return try string(start..<position)
  }

  private func localName(_ name: String) -> String {
    name.split(separator: ":", maxSplits: 1).last.map(String.init) ?? name
  }

  // MARK: Text

  /// Nil outside of the root, where only space may be.
  private mutating func characters() throws(XMLFault) -> String? {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
    let text = try unescaped(start..<position)
    guard open.isEmpty else { return text }
    guard text.allSatisfy(\.isWhitespace) else { throw .malformed }
    return nil
  }

  private func unescaped(_ range: Range<Int>) throws(XMLFault) -> String {
    guard bytes[range].contains(UInt8(ascii: "&")) else { return try string(range) }
    var text = ""
    var start = range.lowerBound
    while let entity = bytes[start..<range.upperBound].firstIndex(of: UInt8(ascii: "&")) {
      text += try string(start..<entity)
      guard let end = bytes[entity..<range.upperBound].firstIndex(of: UInt8(ascii: ";")),
        let character = Self.character(try string((entity + 1)..<end))
      else { throw .malformed }
      text.unicodeScalars.append(character)
      start = end + 1
    }
    return text + (try string(start..<range.upperBound))
  }

  private static func character(_ entity: String) -> Unicode.Scalar? {
    switch entity {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      guard entity.hasPrefix("#"), entity.utf8.count <= 9 else { return nil }
      let digits = entity.dropFirst()
      let value =
        digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits, radix: 10)
      return value.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
    }
  }

  private func string(_ range: Range<Int>) throws(XMLFault) -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self) else { throw .malformed }
    return text
  }

  // MARK: Bytes

  private mutating func skip(_ text: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func skip(past text: StaticString) -> Bool {
    while position < bytes.count {
      if skip(text) { return true }
      position += 1
    }
    return false
  }

  @discardableResult
  private mutating func skipSpace() -> Bool {
    let start = position
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
    return position > start
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: ":"), 0x80...:
      true
    default: false
    }
  }
}
