import CallControl
import Journaling
import Logging
import Machines
import Softswitch

/// The call log as a starting process finds it, and the journal that goes on from there.
struct CallLogStart {
  let contents: CallLogContents
  private let configuration: Configuration
  private let disk: FileDisk
  private let loop: LoopReference
  private var directory: String { configuration.callLogDirectory }

  /// Reads what there is.
  ///
  /// - Throws: `CallLogRefused`, for one if another process writes to it.
  init(_ configuration: Configuration, loop: LoopReference) throws {
    self.configuration = configuration
    self.loop = loop
    do throws(JournalFault) {
      disk = try FileDisk(directory: configuration.callLogDirectory) { body in
        loop.loop?.hop { _ in body() }
      }
      contents = try CallLogContents.read(disk)
    } catch {
      throw CallLogRefused(directory: configuration.callLogDirectory, fault: error)
    }
  }

  /// Begins to write.
  func open(_ now: Now) throws -> CallLog {
    do throws(JournalFault) {
      let journal = try Journal(
        disk: disk, options: JournalOptions(configuration.callLog), opening: [],
        version: callLogVersion, now: now.steady)
      let loop = loop
      journal.onCommitted = { loop.loop?.logCommitted() }
      let log = CallLog(journal)
      log.writeStarted(now, node: configuration.node.name, version: tandemVersion)
      return log
    } catch {
      throw CallLogRefused(directory: directory, fault: error)
    }
  }

  /// Says in one line what there was.
  func report(_ summary: RecoverySummary, took: Duration, to logger: Logger) {
    if summary.calls + summary.lingering > 0 {
      logger.notice(
        "calls taken up again",
        metadata: [
          "calls": "\(summary.calls)", "lingering": "\(summary.lingering)",
          "lostPorts": "\(summary.lostPorts)",
          "milliseconds": "\(Int(took / .milliseconds(1)))",
        ])
    }
    for (call, fault) in contents.faults {
      logger.error(
        "a call's events could not be read to their end",
        metadata: ["call": "\(call)", "fault": "\(fault)"])
    }
    for place in contents.damage.places where !place.isTail {
      logger.error("the call log is damaged", metadata: ["place": "\(place)"])
    }
  }
}

/// The call log cannot be had.
struct CallLogRefused: Error, CustomStringConvertible {
  let directory: String
  let fault: JournalFault

  var description: String {
    switch fault {
    case .locked(let process?):
      "callLog: process \(process) writes to \(directory): the node runs already"
    case .locked(nil):
      "callLog: another process writes to \(directory): the node runs already"
    default: "callLog: \(directory) cannot be used: \(fault)"
    }
  }
}

extension JournalOptions {
  init(_ log: Configuration.CallLog) {
    self.init(
      durability: log.durability == .machine ? .machine : .process, retention: log.retention,
      retainedBytes: log.megabytes << 20)
  }
}
