extension Configuration {
  /// What the node itself answers, by the user part that is dialled.
  package struct Services: Equatable, Sendable {
    package var echo = ["9196", "*43"]
    package var milliwatt = ["9197"]
    package var clock: Clock?
    package var announcements: [Announcement] = []
    /// The WAV file that callers of a number which nobody has hear before they are refused.
    package var notFound: String?

    package struct Clock: Equatable, Sendable {
      package var numbers: [String] = []
      /// A name of the tz database.
      package var zone = "UTC"
      /// A folder of WAV files; nil: nothing is said, and the pips tell the time alone.
      package var clips: String?
    }

    package struct Announcement: Equatable, Sendable {
      package var number = ""
      /// A WAV file.
      package var file = ""
      package var repetitions = 1
    }
  }
}

extension Configuration.Services {
  /// A number with what answers under it, as a problem names it, and its place in the file.
  package struct Number {
    package let number: String
    let title: String
    let path: String
  }

  /// In the order of the reference.
  package var numbers: [Number] {
    echo.map { Number(number: $0, title: "echo service", path: "services.echo") }
      + milliwatt.map {
        Number(number: $0, title: "milliwatt tone", path: "services.milliwatt")
      }
      + (clock?.numbers ?? []).map {
        Number(number: $0, title: "speaking clock", path: "services.clock.numbers")
      }
      + announcements.enumerated().map { index, announcement in
        Number(
          number: announcement.number, title: "announcement",
          path: "services.announcements[\(index)].number")
      }
  }
}
