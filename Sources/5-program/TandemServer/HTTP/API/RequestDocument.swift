/// A JSON object that a client sent, whose keys are taken one by one; what is left over is
/// refused by name, so that a misspelt key does not go unnoticed.
struct RequestDocument {
  private var members: [String: JSONValue]
  private let known: [String]

  /// - Throws: `Problem` for what is no object, and for a key that is not `known`.
  init(_ body: JSONValue?, known: [String]) throws(Problem) {
    guard case .object(let members)? = body else {
      throw Problem(.badRequest, "the body is not a JSON object", code: "invalid")
    }
    self.members = members
    self.known = known
    for key in members.keys.sorted() where !known.contains(key) {
      let advice =
        Spelling.nearest(to: key, among: known).map { "did you mean \"\($0)\"?" }
        ?? "the keys are \(known.joined(separator: ", "))"
      throw .invalid(
        String(key.prefix(40)), "unknown key \"\(key.prefix(40))\"; \(advice)")
    }
  }

  func has(_ key: String) -> Bool { members[key] != nil }

  /// Nil where the key is missing, or null where it may be.
  func text(_ key: String, nullable: Bool = false) throws(Problem) -> String? {
    switch members[key] {
    case nil: return nil
    case .null? where nullable: return nil
    case .string(let text)?: return text
    default: throw .invalid(key, "\(key) is a text")
    }
  }

  /// Nil where the key is missing; `.some(nil)` where it is null.
  func change(_ key: String) throws(Problem) -> String?? {
    has(key) ? .some(try text(key, nullable: true)) : nil
  }

  /// As `change`, of a whole number.
  func changeOfNumber(_ key: String) throws(Problem) -> Int?? {
    switch members[key] {
    case nil: return nil
    case .null?: return .some(nil)
    case .integer(let number)?: return number
    default: throw .invalid(key, "\(key) is a whole number, or null")
    }
  }

  /// As `change`, of a list of texts.
  func changeOfList(_ key: String) throws(Problem) -> [String]?? {
    guard let value = members[key] else { return nil }
    if value == .null { return .some(nil) }
    guard case .array(let items) = value else { throw .invalid(key, "\(key) is a list") }
    var texts: [String] = []
    for item in items {
      guard case .string(let text) = item else {
        throw .invalid(key, "\(key) is a list of texts")
      }
      texts.append(text)
    }
    return texts
  }

  /// As `change`, of what is on or off.
  func changeOfFlag(_ key: String) throws(Problem) -> Bool?? {
    switch members[key] {
    case nil: return nil
    case .null?: return .some(nil)
    case .bool(let flag)?: return flag
    default: throw .invalid(key, "\(key) is true or false")
    }
  }

  func isNull(_ key: String) -> Bool { members[key] == .null }

  func requiredText(_ key: String) throws(Problem) -> String {
    guard let text = try text(key) else { throw .invalid(key, "the key \(key) is missing") }
    return text
  }

  /// Nil where the key is missing.
  func document(_ key: String, known: [String]) throws(Problem) -> RequestDocument? {
    guard let value = members[key] else { return nil }
    guard case .object = value else { throw .invalid(key, "\(key) is an object") }
    return try RequestDocument(value, known: known)
  }
}
