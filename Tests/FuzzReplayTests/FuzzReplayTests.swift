import Foundation
import FuzzProperties
import Testing

@Suite("What the fuzzers found, and what they start from")
struct FuzzReplayTests {
  static let fuzzing = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Fuzzing").standardizedFileURL

  struct Input: Sendable, CustomTestStringConvertible {
    var property: FuzzProperty
    var file: URL
    var testDescription: String { "\(property.rawValue)/\(file.lastPathComponent)" }
  }

  /// Crashers of each property, whose folder bears its name; none, for a folder that is not there.
  static let crashers = FuzzProperty.allCases.flatMap { property in
    files(in: fuzzing.appendingPathComponent("Crashers/\(property.rawValue)"))
      .map { Input(property: property, file: $0) }
  }

  /// Every seed goes through every property: a description is a strange SIP message.
  static let seeds = FuzzProperty.allCases.flatMap { property in
    seedFiles.map { Input(property: property, file: $0) }
  }

  static let seedFiles =
    ["sdp", "rtp", "digest", "sip-headers", "wave"].flatMap {
      files(in: fuzzing.appendingPathComponent("Seeds/\($0)"))
    }
    + files(in: fuzzing.appendingPathComponent("../Tests/TortureVectors/Messages"))

  static func files(in folder: URL) -> [URL] {
    let found = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
    return (found ?? []).sorted { $0.path < $1.path }
  }

  @Test("What once broke a parser no longer does", arguments: crashers)
  func crasher(_ input: Input) throws {
    try input.property.check([UInt8](Data(contentsOf: input.file)))
  }

  @Test("Every property holds of every seed", arguments: seeds)
  func seed(_ input: Input) throws {
    try input.property.check([UInt8](Data(contentsOf: input.file)))
  }

  @Test("The seeds are where the fuzzers look for them")
  func seedsAreThere() {
    #expect(Self.seedFiles.count > 90)
  }
}
