import Foundation
import Testing

@testable import TandemServer

/// `docs/configuration.md` against the schema. After a change of the schema,
/// `TANDEM_WRITE_REFERENCE=1 swift test --filter DocumentationTests` writes the reference anew.
@Suite("The documentation of the configuration")
struct DocumentationTests {
  private static let path = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/configuration.md")

  private static let begin = "<!-- reference: begin -->\n"
  private static let end = "<!-- reference: end -->"

  private var reference: String {
    var text = "| key | value | default | what it is for |\n|---|---|---|---|\n"
    for key in ConfigurationSchema.keys {
      let standard =
        key.isRequired ? "**required**" : key.defaultText.map { "`\($0)`" } ?? ""
      text += "| `\(key.path)` | \(key.type) | \(standard) | \(key.help) |\n"
    }
    return text
  }

  @Test("The reference shows every key as the program reads it")
  func referenceIsTrue() throws {
    let document = try String(contentsOf: Self.path, encoding: .utf8)
    let begin = try #require(document.range(of: Self.begin))
    let end = try #require(document.range(of: Self.end))
    if ProcessInfo.processInfo.environment["TANDEM_WRITE_REFERENCE"] != nil {
      let new = document[..<begin.upperBound] + reference + document[end.lowerBound...]
      try String(new).write(to: Self.path, atomically: true, encoding: .utf8)
    } else {
      #expect(document[begin.upperBound..<end.lowerBound] == reference)
    }
  }

  @Test("The samples are configurations")
  func samplesAreGood() throws {
    let document = try String(contentsOf: Self.path, encoding: .utf8)
    let samples = document.components(separatedBy: "```yaml\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    #expect(samples.count >= 2)
    #expect(samples.first == sample + "\n")
    for text in samples { _ = try readConfiguration(text, file: "/etc/tandem.yaml") }
  }

  @Test("Every key is named once, in lower camel case, and explained")
  func keys() {
    let keys = ConfigurationSchema.keys
    #expect(Set(keys.map(\.path)).count == keys.count)
    let algorithms: Set = ["MD5", "SHA-256", "SHA-512-256"]
    for key in keys {
      let name = key.path.split(separator: ".").last.map(String.init) ?? ""
      #expect(
        algorithms.contains(name)
          || (name.first?.isLowercase == true && name.allSatisfy { $0.isLetter || $0.isNumber }),
        "\(key.path)")
      #expect(!key.help.isEmpty && !key.help.contains("|") && !key.type.isEmpty)
    }
  }
}
