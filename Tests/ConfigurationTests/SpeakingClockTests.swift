import Foundation
import Machines
import Testing

@testable import MediaPlane
@testable import TandemServer

@Suite("The speaking clock")
struct SpeakingClockTests {
  /// 2026-01-31, in UTC.
  private func moment(_ time: (Int64, Int64, Int64), milliseconds: Int64 = 0) -> WallTime {
    let seconds = 1_769_817_600 + time.0 * 3600 + time.1 * 60 + time.2
    return WallTime(nanoseconds: (seconds * 1000 + milliseconds) * 1_000_000)
  }

  private func frames(_ programme: Programme) -> [Int] {
    (0..<programme.partCount).map { programme.parts[$0].frames }
  }

  @Test("Without words there are pips: one at each full ten seconds, a long one at the minute")
  func pips() {
    let clock = SpeakingClock(zone: .gmt, clips: nil)
    let programme = clock.programme(start: moment((7, 59, 43), milliseconds: 500))
    // 6.5 s of silence to the 50th second, whose pip comes first in the round of a minute.
    #expect(
      frames(programme) == [325, 5, 495, 25, 475] + Array(repeating: [5, 495], count: 4).joined())
    #expect(programme.returnsTo == 325)
    #expect(programme.length == .milliseconds(66_500))
  }

  @Test("On the ten seconds it begins with the pip")
  func onTime() {
    let clock = SpeakingClock(zone: .gmt, clips: nil)
    let programme = clock.programme(start: moment((8, 0, 0)))
    #expect(frames(programme).prefix(4) == [25, 475, 5, 495])
    #expect(programme.returnsTo == 0)
    #expect(programme.frames == 3000)
  }

  @Test(
    "The hour and the minute are those of the zone",
    arguments: [
      ((7, 32, 5), "UTC", ["time-is", "7", "32"]), ((7, 0, 5), "UTC", ["time-is", "7", "oclock"]),
      ((23, 32, 0), "Europe/Berlin", ["time-is", "0", "32"]),
      ((0, 5, 0), "America/New_York", ["time-is", "19", "oh", "5"]),
      ((7, 32, 5), "Asia/Kathmandu", ["time-is", "13", "17"]),
    ] as [((Int64, Int64, Int64), String, [String])])
  func words(_ time: (Int64, Int64, Int64), _ zone: String, _ words: [String]) throws {
    let folder = try SoundFolder()
    // Each word has a length of its own, by which it is known.
    let names = (0..<60).map(String.init) + ["time-is", "oh", "oclock"]
    for (index, name) in names.enumerated() {
      try folder.write("\(name).wav", seconds: Double(index + 1) * 0.02)
    }
    let clock = SpeakingClock(
      zone: try #require(TimeZone(identifier: zone)),
      clips: try ClockClips(folder: folder.url.path))
    let start = moment(time)
    let programme = clock.programme(start: start)
    let spoken = frames(programme).prefix(words.count).map { names[$0 - 1] }
    #expect(spoken == words)
    // The round begins on a full ten seconds all the same.
    let round = start + Sound.frameLength * (try #require(programme.returnsTo))
    #expect(round.nanoseconds % 10_000_000_000 == 0)
  }
}
