import Testing

@testable import TandemServer

@Suite("The manual page of the configuration")
struct ManualTests {
  @Test("Every key has its place in it, with what it is for")
  func everyKey() {
    let lines = ConfigurationManual.page.split(separator: "\n").map(String.init)
    for key in ConfigurationSchema.keys {
      let term = ".B \"\(key.path.replacing("-", with: "\\-"))\""
      let place = lines.firstIndex(of: term)
      #expect(place != nil, "\(key.path)")
      if let place {
        #expect(lines[place - 1] == ".TP")
        #expect(lines[place + 1].contains(key.type.replacing("-", with: "\\-")))
      }
    }
  }

  @Test("Its example is a configuration")
  func example() throws {
    let page = ConfigurationManual.page
    let begin = try #require(page.range(of: ".nf\n.RS 4\n"))
    let end = try #require(page.range(of: ".RE\n.fi"))
    let text = page[begin.upperBound..<end.lowerBound].replacing("\\-", with: "-")
    _ = try readConfiguration(String(text), file: "/etc/tandem/tandem.yaml")
  }

  @Test("What would be a request of troff is text")
  func escapes() {
    var page = ManualPage(name: "x", section: 1, about: "y")
    page.paragraph(".dot\n'quote\n--option \\ `code`")
    #expect(page.text.hasSuffix(".PP\n\\&.dot\n\\&'quote\n\\-\\-option \\e code\n"))
    page.item("a \"b\"", "c")
    #expect(page.text.hasSuffix(".TP\n.B \"a \\(dqb\\(dq\"\nc\n"))
  }
}
