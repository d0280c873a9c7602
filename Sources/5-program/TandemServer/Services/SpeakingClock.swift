import Foundation
import Machines
import MediaPlane

/// Says the hour and the minute in which the caller was answered, then gives a pip every ten
/// seconds, a long one at the full minute, until the caller hangs up.
struct SpeakingClock: Sendable {
  let zone: TimeZone
  let clips: ClockClips?

  private static let cycle: Int64 = 10_000_000_000
  private static let pip = Duration.milliseconds(100)
  private static let longPip = Duration.milliseconds(500)

  /// - Parameter start: when the first frame is due. The same start gives the same programme, in
  ///   whichever process.
  func programme(start: WallTime) -> Programme {
    var parts = clips?.time(hourAndMinute(at: start)) ?? []
    let spoken = parts.reduce(0) { $0 + $1.frames }
    let now = start + Sound.frameLength * spoken
    let into = now.nanoseconds.quotientAndRemainder(dividingBy: Self.cycle)
    // Every zone is off by whole minutes, so that its tens of seconds are everyone's.
    let wait = (Self.cycle - into.remainder) % Self.cycle
    // To the nearest frame: a pip is 10 ms off at the most.
    let frame = Sound.frameLength.wholeNanoseconds
    parts.append(Programme.Part(.silence, frames: Int((wait + frame / 2) / frame)))
    // What would be an empty part is left out, and would not be counted.
    let first = parts.count { $0.frames > 0 }
    let tens = Int((into.quotient + (wait > 0 ? 1 : 0)) % 6)
    for number in 0..<6 {
      let length = (tens + number) % 6 == 0 ? Self.longPip : Self.pip
      parts.append(Programme.Part(.pip, for: length))
      parts.append(Programme.Part(.silence, for: .nanoseconds(Self.cycle) - length))
    }
    return Programme(parts.filter { $0.frames > 0 }, returnsTo: first)
  }

  private func hourAndMinute(at time: WallTime) -> (hour: Int, minute: Int) {
    let seconds = time.nanoseconds / 1_000_000_000
    let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
    let minutes = Int(((seconds + Int64(offset)) / 60 % 1440 + 1440) % 1440)
    return (minutes / 60, minutes % 60)
  }
}

/// The words of the speaking clock, by their names without `.wav`.
struct ClockClips: Sendable {
  private let words: [String: Sound]

  private static let numbers = (0..<60).map(String.init)
  /// "The time is", "oh" (as in oh five), and what stands for the minutes of a full hour.
  private static let others = ["time-is", "oh", "oclock"]

  init(folder: String) throws(SoundProblem) {
    var words: [String: Sound] = [:]
    for name in Self.numbers { words[name] = try SoundFile.load("\(folder)/\(name).wav") }
    for name in Self.others {
      let path = "\(folder)/\(name).wav"
      if FileManager.default.fileExists(atPath: path) { words[name] = try SoundFile.load(path) }
    }
    self.words = words
  }

  func time(_ time: (hour: Int, minute: Int)) -> [Programme.Part] {
    let minute = time.minute == 0 ? ["oclock"] : (time.minute < 10 ? ["oh"] : [])
    let named = ["time-is", "\(time.hour)"] + minute + (time.minute == 0 ? [] : ["\(time.minute)"])
    return named.compactMap { words[$0] }.map { Programme.Part($0) }
  }
}
