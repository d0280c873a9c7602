/// Writes a small XML document. What is given as text or as an attribute's value stays that.
struct XMLWriter {
  private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

  mutating func element(
    _ name: String, _ attributes: [(String, String)] = [], _ content: (inout XMLWriter) -> Void
  ) {
    start(name, attributes)
    text += ">"
    content(&self)
    text += "</\(name)>"
  }

  mutating func element(_ name: String, _ attributes: [(String, String)] = [], text: String) {
    element(name, attributes) { $0.write(text) }
  }

  mutating func empty(_ name: String, _ attributes: [(String, String)] = []) {
    start(name, attributes)
    text += "/>"
  }

  private mutating func start(_ name: String, _ attributes: [(String, String)]) {
    text += "<\(name)"
    for (attribute, value) in attributes {
      text += " \(attribute)=\""
      write(value)
      text += "\""
    }
  }

  /// Characters that XML has no place for (XML 1.0 §2.2) become spaces.
  private mutating func write(_ content: String) {
    for scalar in content.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&apos;"
      case _ where scalar.value < 0x20, "\u{FFFE}", "\u{FFFF}": text += " "
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
