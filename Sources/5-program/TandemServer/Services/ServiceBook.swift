import CallControl
import Foundation
import Machines
import MediaPlane

/// What the node plays, loaded once: which number leads to which service, and what each sounds
/// like. A call keeps the name of its service alone, by which the next process finds it here.
struct ServiceBook: Sendable {
  private(set) var numbers: [String: PlayedService] = [:]
  private(set) var notFound: PlayedService?
  private var sounds: [String: Sounding] = [:]

  private enum Sounding: Sendable {
    case programme(Programme)
    case clock(SpeakingClock)
  }

  private static let pause = Duration.seconds(1)
  /// Timer C of the elements before us must not run out (RFC 3261 §16.6 step 11).
  private static let longestEarly = Duration.seconds(60)

  init(_ services: Configuration.Services) throws(SoundProblem) {
    let tone = Programme([Programme.Part(.milliwatt)], returnsTo: 0)
    for number in services.milliwatt {
      add(number, "milliwatt \(number)", .programme(tone), length: nil)
    }
    if let clock = services.clock {
      let speaking = SpeakingClock(
        zone: TimeZone(identifier: clock.zone) ?? .gmt,
        clips: try clock.clips.map { path throws(SoundProblem) in try ClockClips(folder: path) })
      for number in clock.numbers {
        add(number, "clock \(number)", .clock(speaking), length: nil)
      }
    }
    for announcement in services.announcements {
      let programme = Self.repeated(
        try SoundFile.load(announcement.file), times: announcement.repetitions)
      add(
        announcement.number, "announcement \(announcement.number)", .programme(programme),
        length: programme.length)
    }
    if let file = services.notFound {
      let programme = try Self.earlyAnnouncement(file)
      let service = PlayedService(name: "announcement notFound", length: programme.length)
      notFound = service
      sounds[service.name] = .programme(programme)
    }
  }

  private mutating func add(
    _ number: String, _ name: String, _ sounding: Sounding, length: Duration?
  ) {
    numbers[number] = PlayedService(name: name, length: length)
    sounds[name] = sounding
  }

  private static func repeated(_ sound: Sound, times: Int) -> Programme {
    var parts: [Programme.Part] = []
    for number in 0..<max(1, times) {
      if number > 0 { parts.append(Programme.Part(.silence, for: pause)) }
      parts.append(Programme.Part(sound))
    }
    return Programme(parts)
  }

  static func earlyAnnouncement(_ file: String) throws(SoundProblem) -> Programme {
    let programme = repeated(try SoundFile.load(file), times: 1)
    guard programme.length <= longestEarly else {
      throw SoundProblem(message: "\(file) is longer than 60 s; nobody waits so long to be refused")
    }
    return programme
  }

  /// What is to be heard of a call's programme; nil when the configuration no longer has it.
  func programme(_ programme: CallProgramme) -> Programme? {
    switch sounds[programme.service] {
    case .programme(let sounding)?: sounding
    case .clock(let clock)?: clock.programme(start: programme.start.wall)
    case nil: nil
    }
  }
}
