import Foundation
import Testing

@testable import TandemServer

@Suite("Files that are no configuration")
struct FileTests {
  private func load(_ bytes: Data) throws -> (Configuration?, [String]) {
    let path = NSTemporaryDirectory() + "tandem-\(UUID().uuidString).yaml"
    try bytes.write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      return (try loadConfiguration(path: path), [])
    } catch {
      return (nil, error.problems.map { $0.description.replacingOccurrences(of: path, with: "t") })
    }
  }

  private func problems(_ text: String) throws -> [String] { try load(Data(text.utf8)).1 }

  @Test("A good file is loaded, with or without a byte order mark")
  func good() throws {
    #expect(try load(Data(sample.utf8)).0?.node.name == "a1")
    #expect(try load(Data("\u{FEFF}\(sample)".utf8)).0?.node.name == "a1")
    #expect(
      try load(Data(sample.replacingOccurrences(of: "\n", with: "\r\n").utf8)).0?.node.name
        == "a1")
  }

  @Test("A file that is not there, and a folder, are told apart")
  func missing() {
    #expect {
      try loadConfiguration(path: "/nonexistent/t.yaml")
    } throws: {
      "\($0)" == "/nonexistent/t.yaml: there is no such file"
    }
    #expect {
      try loadConfiguration(path: "/tmp")
    } throws: {
      "\($0)" == "/tmp: this is a folder; name the file in it"
    }
  }

  @Test("An empty file is told", arguments: ["", "\n\n", "# a comment\n", "---\n", "~"])
  func empty(_ text: String) throws {
    #expect(
      try problems(text) == [
        "t: the file is empty; docs/configuration.md shows a sample to start from"
      ])
  }

  @Test("A list or a text is told", arguments: ["- a\n- b", "hello"])
  func notAMapping(_ text: String) throws {
    #expect(
      try problems(text) == [
        "t:1: a configuration consists of keys and values, such as \"node: {name: a1}\""
      ])
  }

  @Test("A byte that is not UTF-8 is found, with its line")
  func encoding() throws {
    var bytes = Data("a: b\nc: ".utf8)
    bytes.append(contentsOf: [0xE9, 0x0A])
    #expect(
      try load(bytes).1 == ["t:2: this line is not UTF-8; save the file in that encoding"])
  }

  @Test(
    "Broken YAML is told with its line",
    arguments: [
      (
        "node: {name: a1\nstore: x",
        "t:2: this is not valid YAML: did not find expected ',' or '}' "
          + "(while parsing a flow mapping, line 1)"
      ),
      (
        "node:\n\tname: a1",
        "t:2: this is not valid YAML: found character that cannot start any token "
          + "(while scanning for the next token, line 2); indent with spaces, YAML takes no tabs"
      ),
      (
        "services: {echo: [*43]}",
        "t:1: this is not valid YAML: found undefined alias; "
          + "put a value that begins with * in quotes"
      ),
      ("log: {}\nnode: {}\nlog: {}", "t:1: \"log\" stands here twice; keep one"),
    ])
  func brokenYAML(_ text: String, problem: String) throws {
    #expect(try problems(text) == [problem])
  }

  @Test("A control character is told with its line")
  func controlCharacter() throws {
    #expect(
      try problems("node: {}\nlog: \u{1}") == [
        "t:2: this is not valid YAML: control characters are not allowed"
      ])
  }

  @Test("A second document is refused")
  func secondDocument() throws {
    let found = try problems("\(sample)\n---\nnode: {}\n")
    #expect(found.count == 1 && found[0].hasPrefix("t:13: this is not valid YAML"))
  }

  @Test("Aliases work, but not as a bomb", .timeLimit(.minutes(1)))
  func aliases() throws {
    let shared = sample.replacingOccurrences(of: "address: 127", with: "address: &here 127")
      .replacingOccurrences(of: "http:", with: "limits: {calls: 7}\nhttp:")
    #expect(try load(Data(shared.utf8)).0?.limits.calls == 7)
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(try problems(bomb) == ["t: the file says more than 1500000 things"])
  }

  @Test("Endless nesting is an error and not a crash")
  func nesting() throws {
    for text in [
      String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000),
      String(repeating: "- ", count: 100_000),
    ] {
      let found = try problems("node: " + text)
      #expect(found.count == 1 && found[0].contains("not valid YAML"))
    }
    let deep = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(try problems("node: " + deep).contains { $0.contains("this is a list") })
  }

  @Test("A file that was named by mistake is not read whole")
  func tooLong() throws {
    let long = Data(repeating: UInt8(ascii: "#"), count: ConfigurationFile.maximumBytes + 1)
    #expect(try load(long).1 == ["t: the file is longer than 8 MiB"])
  }
}
