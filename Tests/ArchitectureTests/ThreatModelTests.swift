import Foundation
import Testing

/// `docs/threat-model.md` promises a test for each threat.
@Suite("The threat model")
struct ThreatModelTests {
  private static let root = ArchitectureTests.root

  /// All that stands in the tests.
  private static let tests: String = {
    let folder = root.appendingPathComponent("Tests")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let texts = (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
      .compactMap { try? String(contentsOf: $0, encoding: .utf8) }
    return texts.joined()
  }()

  private static let document =
    (try? String(
      contentsOf: root.appendingPathComponent("docs/threat-model.md"), encoding: .utf8)) ?? ""

  private static let named = document.split(separator: "\n")
    .filter { $0.hasPrefix("- test: ") }.map { String($0.dropFirst("- test: ".count)) }

  @Test("Each test that the threat model names is there")
  func namedTestsExist() {
    #expect(Self.named.count > 60)
    for name in Self.named {
      #expect(Self.isTest(name), "there is no test \"\(name)\"")
    }
    #expect(!Self.isTest("A test that nobody wrote"))
  }

  /// As the name of a test, not in a comment.
  private static func isTest(_ name: String) -> Bool {
    tests.contains("@Test(\"\(name)\")") || tests.contains("@Test(\"\(name)\",")
      || tests.contains("@Test(\n    \"\(name)\",") || tests.contains("@Test(\n      \"\(name)\",")
  }

  @Test("Each threat has a test")
  func eachThreatIsTested() {
    let threats = Self.document.components(separatedBy: "\n### ").dropFirst()
    #expect(threats.count > 15)
    for threat in threats {
      #expect(threat.contains("\n- test: "), "\(threat.prefix(60))")
    }
  }
}
