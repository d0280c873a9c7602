import Foundation
import Testing

@testable import TandemServer

@Suite("The configuration that was applied last")
struct AppliedConfigurationTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("tandem-applied-\(UUID().uuidString)").path

  private func with<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = folder + "/tandem.yaml"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    return try body(file)
  }

  private let good = sample.replacingOccurrences(
    of: "sqlite:/var/lib/tandem/tandem.db", with: "sqlite:data.db")

  @Test(
    "After a crash it takes the place of a file that is wrong, even of one that is no YAML",
    arguments: ["anchor: always": "anchor: allways", "sip:\n": "sip: [\n"])
  func fallback(old: String, new: String) throws {
    let broken = good.replacingOccurrences(of: old, with: new)
    try with(broken) { file in
      let applied = AppliedConfiguration(store: folder + "/data.db")
      #expect(throws: ConfigurationProblems.self) {
        try ConfigurationSource.beginning(file: file, mayFallBack: true)
      }
      try applied.keep(good)
      let source = try ConfigurationSource.beginning(file: file, mayFallBack: true)
      #expect(source.text == good)
      #expect(source.problems?.problems.first?.file == file)
      #expect(source.configuration.store.path == folder + "/data.db")
      #expect(throws: ConfigurationProblems.self, "another process goes on") {
        try ConfigurationSource.beginning(file: file, mayFallBack: false)
      }
      applied.remove()
      #expect(throws: ConfigurationProblems.self, "it was stopped on purpose") {
        try ConfigurationSource.beginning(file: file, mayFallBack: true)
      }
    }
  }

  @Test("A file that is right is taken, whatever was applied")
  func newer() throws {
    try with(good) { file in
      try AppliedConfiguration(store: folder + "/data.db").keep(
        good.replacingOccurrences(of: "a1", with: "b2"))
      let source = try ConfigurationSource.beginning(file: file, mayFallBack: true)
      #expect(source.problems == nil)
      #expect(source.configuration.node.name == "a1")
    }
  }

  @Test("It is kept whole, in place of the one before, and for nobody else's eyes")
  func keeping() throws {
    try with(good) { _ in
      let applied = AppliedConfiguration(store: folder + "/data.db")
      try applied.keep("first")
      try applied.keep("second")
      #expect(applied.text == "second")
      let mode = try FileManager.default.attributesOfItem(atPath: applied.path)[.posixPermissions]
      #expect(mode as? Int == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
    }
  }

  @Test(
    "The store is found in a text that cannot be read",
    arguments: [
      ("store: sqlite:/a/b.db", "/a/b.db"), ("x: [\nstore:   'sqlite:b.db' # here", "/etc/b.db"),
      ("store: nothing", nil), ("  store: sqlite:/a/b.db", nil), ("store:", nil),
    ] as [(String, String?)])
  func store(text: String, path: String?) {
    #expect(ConfigurationSource.storePath(in: text, file: "/etc/tandem.yaml") == path)
  }
}
