import CallControl
import Foundation
import Machines
import Testing

@testable import TandemServer

/// A folder with sounds, for as long as a test runs.
final class SoundFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "sounds-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var file: String { url.appending(path: "tandem.yaml").path }

  /// A WAV file of one channel.
  func write(_ name: String, seconds: Double, rate: Int = 8000) throws {
    func words(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let octets = Int(seconds * Double(rate)) * 2
    var file = Array("RIFF".utf8) + words(36 + octets, 4) + Array("WAVEfmt ".utf8)
    file += words(16, 4) + words(1, 2) + words(1, 2) + words(rate, 4) + words(rate * 2, 4)
    file += words(2, 2) + words(16, 2) + Array("data".utf8) + words(octets, 4)
    file += [UInt8](repeating: 1, count: octets)
    try Data(file).write(to: url.appending(path: name))
  }

  func writeClips() throws {
    for name in (0..<60).map(String.init) + ["time-is", "oh", "oclock"] {
      try write("\(name).wav", seconds: 0.2)
    }
  }
}

@Suite("Services in the configuration")
struct ServiceConfigurationTests {
  private func read(_ services: String, in folder: SoundFolder) throws(ConfigurationProblems)
    -> Configuration
  {
    try readConfiguration(sample + "\nservices: \(services)\n", file: folder.file)
  }

  private func problems(_ services: String, in folder: SoundFolder) -> [String] {
    do {
      _ = try read(services, in: folder)
      return []
    } catch {
      return error.problems.map {
        $0.description.replacingOccurrences(of: folder.url.path + "/", with: "")
      }
    }
  }

  @Test("Each service is found under its number, and an announcement has a length")
  func whole() throws {
    let folder = try SoundFolder()
    try folder.write("welcome.wav", seconds: 1.5)
    try folder.writeClips()
    let configuration = try read(
      """
      {milliwatt: ["1004"], clock: {numbers: ["1194"], zone: Europe/Berlin, clips: .},
        announcements: [{number: "9198", file: welcome.wav, repeat: 2}], notFound: welcome.wav}
      """, in: folder)
    let book = try ServiceBook(configuration.services)
    #expect(
      book.numbers == [
        "1004": PlayedService(name: "milliwatt 1004", length: nil),
        "1194": PlayedService(name: "clock 1194", length: nil),
        "9198": PlayedService(name: "announcement 9198", length: .seconds(4)),
      ])
    let early = PlayedService(name: "announcement notFound", length: .milliseconds(1500))
    #expect(book.notFound == early)
    for name in book.numbers.values.map(\.name) + [early.name] {
      #expect(book.programme(programme(name)) != nil)
    }
    #expect(book.programme(programme("announcement 1")) == nil)
  }

  private func programme(_ name: String) -> CallProgramme {
    CallProgramme(
      service: name,
      start: Now(
        steady: Instant(nanoseconds: 0), wall: WallTime(nanoseconds: 1_790_000_000_000_000_000)),
      end: nil, synchronizationSource: 1, sequenceNumber: 1, timestamp: 1)
  }

  @Test(
    "What cannot be played, or found under one number, is told with its line",
    arguments: [
      (
        #"{notFound: gone.wav}"#,
        "tandem.yaml:13: services.notFound: there is no file gone.wav"
      ),
      (
        #"{announcements: [{number: "1", file: fast.wav}]}"#,
        "tandem.yaml:13: services.announcements.file: fast.wav has 44100 samples a second, where "
          + "8000 are needed (or 16000); `sox FILE -r 8000 -c 1 -b 16 -e signed-integer NEW.wav` "
          + "makes one that is right"
      ),
      (
        #"{notFound: long.wav}"#,
        "tandem.yaml:13: services.notFound: long.wav is longer than 60 s; nobody waits so long to "
          + "be refused"
      ),
      (
        #"{clock: {numbers: ["1194"], clips: .}}"#,
        "tandem.yaml:13: services.clock.clips: there is no file ./0.wav"
      ),
      (
        #"{clock: {numbers: ["1194"], zone: Europe/Atlantis}}"#,
        "tandem.yaml:13: services.clock.zone: \"Europe/Atlantis\" is not a time zone; "
          + "write one such as Europe/Berlin or UTC"
      ),
      (
        #"{clock: {numbers: ["9196"]}}"#,
        "tandem.yaml:13: the number 9196 of the speaking clock belongs to the echo service already"
      ),
      (
        #"{milliwatt: [bob]}"#,
        "tandem.yaml:12: the user bob has the number of the milliwatt tone; "
          + "rename the user or change services.milliwatt"
      ),
      (
        #"{milliwatt: ["+15550002"]}"#,
        "tandem.yaml:12: the number +15550002 has the number of the milliwatt tone; "
          + "rename the user or change services.milliwatt"
      ),
      (
        #"{announcements: [{number: "1", file: fast.wav, repeat: 21}]}"#,
        "tandem.yaml:13: services.announcements.repeat: \"21\" is not from 1 to 20"
      ),
    ])
  func mistakes(_ services: String, _ problem: String) throws {
    let folder = try SoundFolder()
    try folder.write("fast.wav", seconds: 0.1, rate: 44_100)
    try folder.write("long.wav", seconds: 61)
    #expect(problems(services, in: folder) == [problem])
  }
}
