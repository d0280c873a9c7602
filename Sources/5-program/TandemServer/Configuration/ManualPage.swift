/// A manual page as it is written: troff with the macros of man(7).
package struct ManualPage {
  package private(set) var text: String

  package init(name: String, section: Int, about: String) {
    text = """
      .TH "\(Self.quoted(name.uppercased()))" "\(section)" "" "Tandem \(tandemVersion)" "Tandem"
      .SH NAME
      \(Self.escaped(name)) \\- \(Self.escaped(about))

      """
  }

  package mutating func heading(_ title: String) {
    text += ".SH \"\(Self.quoted(title))\"\n"
  }

  package mutating func subheading(_ title: String) {
    text += ".SS \"\(Self.quoted(title))\"\n"
  }

  /// Paragraphs, where there are empty lines.
  package mutating func paragraph(_ words: String) {
    text += ".PP\n\(Self.escaped(words))\n"
  }

  /// A term, and what it means.
  package mutating func item(_ term: String, _ meaning: String) {
    text += ".TP\n.B \"\(Self.quoted(term))\"\n\(Self.escaped(meaning))\n"
  }

  /// Lines that stay as they are.
  package mutating func verbatim(_ lines: String) {
    text += ".PP\n.nf\n.RS 4\n\(Self.escaped(lines))\n.RE\n.fi\n"
  }

  /// In an argument of a macro a quote would end it.
  private static func quoted(_ text: String) -> String {
    escaped(text).replacing("\"", with: "\\(dq")
  }

  /// A line that begins with a dot or a quote would be a request, and a hyphen is written as the
  /// minus that people copy into a shell.
  private static func escaped(_ text: String) -> String {
    let lines = text.replacing("`", with: "").split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines.map { line in
      let marked = line.replacing("\\", with: "\\e").replacing("-", with: "\\-")
      return marked.hasPrefix(".") || marked.hasPrefix("'") ? "\\&\(marked)" : String(marked)
    }.joined(separator: "\n")
  }
}
