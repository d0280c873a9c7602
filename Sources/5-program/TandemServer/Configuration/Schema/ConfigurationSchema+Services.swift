import Foundation

extension ConfigurationSchema {
  static var services: Section<Configuration.Services> {
    let initial = Configuration.Services()
    return Section(
      title: "services", initial: initial,
      fields: [
        .optional(
          "echo", \.echo, numbers, default: initial,
          "the echo test, where callers hear themselves"),
        .optional(
          "milliwatt", \.milliwatt, numbers, default: initial,
          "the test tone: 1 kHz at 0 dBm0 until the caller hangs up"),
        .optional("clock", \.clock, clock.reader, "the speaking clock; none when left out"),
        .optional(
          "announcements", \.announcements,
          .list("list of announcements", of: announcement.reader, count: 0...1000),
          default: initial, "what is played from files, to the end"),
        .optional(
          "notFound", \.notFound, .soundFile,
          "a WAV file that callers of a number which nobody has hear before they are refused; "
            + "up to 60 s"),
      ])
  }

  private static var clock: Section<Configuration.Services.Clock> {
    let initial = Configuration.Services.Clock()
    return Section(
      title: "the clock", initial: initial,
      fields: [
        .required("numbers", \.numbers, numbers, "what is dialled to hear the time"),
        .optional(
          "zone", \.zone, .timeZone, default: initial,
          "where it tells the time of, as the tz database names it"),
        .optional(
          "clips", \.clips, .folder,
          "a folder with WAV files `0.wav` to `59.wav`, and if wanted `time-is.wav`, `oh.wav` and "
            + "`oclock.wav`; without it the clock only gives pips"),
      ])
  }

  private static var announcement: Section<Configuration.Services.Announcement> {
    let initial = Configuration.Services.Announcement()
    return Section(
      title: "an announcement", initial: initial,
      fields: [
        .required("number", \.number, number, "what is dialled to hear it"),
        .required(
          "file", \.file, .soundFile,
          "a WAV file of linear samples in 16 bits, 8000 a second; "
            + "a relative path begins at the folder of this file"),
        .optional(
          "repeat", \.repetitions, .integer(in: 1...20), default: initial,
          "how often it is played"),
      ])
  }

  private static var number: ValueReader<String> {
    .word(
      "number to dial", and: "*#+-_.", longest: 32, example: "\"9196\"", needsQuotes: true)
  }

  private static var numbers: ValueReader<[String]> {
    .list("list of numbers to dial", of: number)
  }
}

extension ValueReader where Value == String {
  fileprivate static var soundFile: ValueReader { path("path of a WAV file", "welcome.wav") }
  fileprivate static var folder: ValueReader { path("path of a folder", "clips") }

  /// Absolute when it has been read.
  private static func path(_ type: String, _ example: String) -> ValueReader {
    let written = text(type, example: example, longest: 1024)
    return ValueReader(type: type, text: { _ in nil }) { node, path, reading in
      written.read(node, path, &reading).map {
        $0.hasPrefix("/") ? $0 : reading.folder + "/" + $0
      }
    }
  }

  fileprivate static var timeZone: ValueReader {
    .scalar("time zone", example: "Europe/Berlin", text: { $0 }) { written throws(Wrong) in
      guard written.utf8.count <= 64, TimeZone(identifier: written) != nil else {
        throw Wrong("is not a time zone; write one such as Europe/Berlin or UTC")
      }
      return written
    }
  }
}
