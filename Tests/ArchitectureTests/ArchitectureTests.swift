import Foundation
import Testing

/// The rules that the tree promises: imports point down, and cores are told the time.
@Suite("The architecture")
struct ArchitectureTests {
  struct Source: Sendable {
    let floor: Int
    let target: String
    let path: String
    let text: String
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardizedFileURL

  /// Every Swift file below Sources, with the floor and the target that its folders name.
  static let sources: [Source] = {
    let folder = root.appendingPathComponent("Sources")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (files?.compactMap { $0 as? URL } ?? []).compactMap { file in
      guard file.pathExtension == "swift", let text = try? String(contentsOf: file, encoding: .utf8)
      else { return nil }
      let parts = file.path.dropFirst(folder.path.count + 1).split(separator: "/")
      guard let floor = parts.first?.first?.wholeNumberValue else { return nil }
      return Source(
        floor: floor, target: String(parts[1]), path: parts.joined(separator: "/"), text: text)
    }
  }()

  static func imports(of source: Source) -> [String] {
    source.text.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("import ") || line.hasPrefix("@testable import ") else { return nil }
      return line.split(separator: " ").last.map(String.init)
    }
  }

  @Test("Imports point down only")
  func importsPointDown() {
    #expect(Self.sources.count > 150)
    let floors = Dictionary(
      Self.sources.map { ($0.target, $0.floor) }, uniquingKeysWith: { first, _ in first })
    for source in Self.sources {
      for name in Self.imports(of: source) {
        guard let floor = floors[name], name != source.target else { continue }
        #expect(
          floor < source.floor || isBeside(name, source.target),
          "\(source.path) imports \(name), which is not below it")
      }
    }
  }

  /// Floor 1 has an order of its own: formats stand on addresses and time. The same holds for the
  /// call machine, which stands on media control, and for the command, which is on top.
  private func isBeside(_ imported: String, _ importer: String) -> Bool {
    switch (imported, importer) {
    case ("Machines", _), ("Addressing", _), ("CLinux", _), ("SDP", "MediaControl"): true
    case ("MediaControl", "CallControl"), ("TandemServer", "tandem"): true
    default: false
    }
  }

  @Test(
    "Cores are told the time and given their randomness; they know no socket and no Foundation",
    arguments: [
      "import Foundation", "import Glibc", "import NIO", "Date()", ".now()", "ContinuousClock",
      "SuspendingClock", "clock_gettime", "arc4random", "Task.sleep", "DispatchQueue",
    ])
  func coresAreDeterministic(banned: String) {
    for source in Self.sources where [1, 2, 4].contains(source.floor) {
      #expect(!source.text.contains(banned), "\(source.path) says \(banned)")
    }
  }

  @Test("Randomness comes from the caller, except where it is made")
  func randomnessIsGiven() {
    for source in Self.sources where [1, 2, 4].contains(source.floor) {
      guard !source.path.hasSuffix("Machines/Randomness.swift") else { continue }
      #expect(!source.text.contains("SystemRandomNumberGenerator"), "\(source.path)")
      #expect(!source.text.contains(".random(in:"), "\(source.path)")
      #expect(!source.text.contains(".shuffled()"), "\(source.path)")
    }
  }
}
