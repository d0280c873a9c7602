import Foundation
import Testing

/// What docs/rfc-coverage.md says is tested is tested.
@Suite("The coverage of RFCs")
struct CoverageTests {
  struct Row: Sendable {
    /// The heading above it, to its colon: `RFC 5407`.
    let document: String
    let section: String
    let tests: [String]
    let status: String
  }

  static let root = ArchitectureTests.root

  static let rows: [Row] = {
    let page = try? String(
      contentsOf: root.appendingPathComponent("docs/rfc-coverage.md"), encoding: .utf8)
    var document = ""
    var rows: [Row] = []
    for line in (page ?? "").split(separator: "\n") {
      if line.hasPrefix("## ") { document = String(line.dropFirst(3).prefix { $0 != ":" }) }
      let cells = line.components(separatedBy: " | ")
      guard line.hasPrefix("| "), cells.count == 4, cells[0] != "| Section" else { continue }
      rows.append(
        Row(
          document: document, section: String(cells[0].dropFirst(2)),
          tests: cells[2].components(separatedBy: "<br>").map {
            $0.trimmingCharacters(in: CharacterSet(charactersIn: "`"))
          },
          status: String(cells[3].dropLast(2))))
    }
    return rows
  }()

  /// The names of the tests below a folder of Tests.
  static func names(in folder: String) -> Set<String> {
    let folder = root.appendingPathComponent("Tests").appendingPathComponent(folder)
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var names: Set<String> = []
    for case let file as URL in files.map(Array.init) ?? [] {
      guard file.pathExtension == "swift", let text = try? String(contentsOf: file, encoding: .utf8)
      else { continue }
      for part in text.components(separatedBy: "@Test(").dropFirst() {
        let quoted = part.drop { $0.isWhitespace }
        guard quoted.first == "\"" else { continue }
        names.insert(String(quoted.dropFirst().prefix { $0 != "\"" }))
      }
    }
    return names
  }

  @Test("Each test that the page names exists")
  func exist() {
    let names = Self.names(in: "SoftswitchTests")
    #expect(Self.rows.count > 50)
    for row in Self.rows {
      for test in row.tests {
        #expect(names.contains(test), "\(row.document) \(row.section) names \(test)")
      }
    }
  }

  @Test(
    "Each test of those folders is on the page",
    arguments: ["SoftswitchTests/Races", "SoftswitchTests/Flows", "SoftswitchTests/OfferAnswer"])
  func listed(folder: String) {
    let named = Set(Self.rows.flatMap(\.tests))
    let names = Self.names(in: folder)
    #expect(!names.isEmpty)
    #expect(names.subtracting(named) == [])
  }

  @Test("Each section has a row, and each row a status")
  func complete() {
    let sections: [(String, [String])] = [
      (
        "RFC 5407",
        (1...6).map { "3.1.\($0)" } + (1...4).map { "3.2.\($0)" } + (1...3).map { "3.3.\($0)" }
          + ["A", "B", "C", "D", "E"]
      ),
      ("RFC 3665", (1...5).map { "2.\($0)" } + (1...11).map { "3.\($0)" }),
      ("RFC 6337", (1...6).map { "Table 1, row \($0)" }),
    ]
    for (document, sections) in sections {
      let rows = Self.rows.filter { $0.document == document }
      #expect(Set(sections).subtracting(rows.map(\.section)) == [])
    }
    for row in Self.rows {
      #expect(
        ["yes", "partly", "no need"].contains { row.status.hasPrefix($0) },
        "\(row.document) \(row.section): \(row.status)")
    }
  }
}
