extension Configuration {
  /// How calls are made to outlive the process.
  package struct CallLog: Equatable, Sendable {
    /// An absolute path; nil: beside the database.
    package var directory: String?
    package var durability = Durability.process
    /// How long the events of calls that are over are kept for `tandem call trace`.
    package var retention = Duration.seconds(86_400)
    /// How much of them, in MiB.
    package var megabytes = 1024
    package var whenFailing = WhenFailing.refuse
    package var atStop = AtStop.hangUp

    /// What a call outlives.
    package enum Durability: String, CaseIterable, Sendable {
      /// The end of the process, however it ends.
      case process
      /// The end of the machine too: each group of events is synced to the disk.
      case machine
    }

    /// What becomes of new calls while the disk takes no events.
    package enum WhenFailing: String, CaseIterable, Sendable {
      case refuse, accept
    }

    /// What becomes of calls in progress when the program is told to end.
    package enum AtStop: String, CaseIterable, Sendable {
      case hangUp
      /// They wait in the log for the next start.
      case keep
    }
  }

  /// Where the call log is.
  package var callLogDirectory: String { callLog.directory ?? store.path + ".calls" }
}
