import Foundation
import Testing

extension IntegrationTests {
  @Suite("The manual page of the command")
  struct ManualTests {
    /// A command as its help shows it.
    private func help(_ words: [String]) async throws -> String {
      try await output(["help"] + words)
    }

    private func output(_ arguments: [String]) async throws -> String {
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "manual-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let child = try ChildProcess(
        try TandemNode.program(), arguments, folder: folder, name: "manual")
      let status = try await child.exitStatus(within: .seconds(20))
      #expect(status == 0, "\(arguments): \(child.errors)")
      return child.output
    }

    /// What stands under SUBCOMMANDS.
    private func subcommands(_ help: String) -> [String] {
      guard let list = help.range(of: "SUBCOMMANDS:\n") else { return [] }
      return help[list.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
        .prefix { $0.hasPrefix("  ") }
        .filter { $0.dropFirst(2).first?.isLetter == true }
        .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    @Test("Every command that help shows is in it, with each of its options")
    func everyCommand() async throws {
      let page = try await output(["manual", "command"]).replacing("\\-", with: "-")
      var waiting = subcommands(try await help([])).map { [$0] }
      #expect(waiting.contains(["serve"]) && waiting.contains(["call"]))
      var seen = 0
      while let words = waiting.popLast() {
        seen += 1
        #expect(page.contains(".SS \"tandem \(words.joined(separator: " "))"), "\(words)")
        let help = try await help(words)
        waiting += subcommands(help).map { words + [$0] }
        for option in help.matches(of: /(?m)^  (?:-\w, )?(--[a-z-]+)/).map(\.1)
        where option != "--help" && option != "--version" {
          #expect(page.contains(option), "\(words) \(option)")
        }
      }
      #expect(seen > 15)
    }
  }
}
