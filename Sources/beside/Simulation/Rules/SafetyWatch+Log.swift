import CallControl
import Machines
import Softswitch

// The log against the live calls, and the ports of all calls against each other.
extension SafetyWatch {
  /// Now and then, when all that there was has just been written down.
  func inspect(_ process: NodeProcess) {
    checkPorts(process)
    let journal = process.exchange.log.journal
    guard journal.health == .healthy, journal.appended == journal.committed,
      process.world.random.chance(0.04)
    else { return }
    guard let contents = try? CallLogContents.read(process.disk) else {
      return process.world.violate(.unreadableLog, "the disk does not give it")
    }
    if let (call, fault) = contents.faults.first {
      process.world.violate(.unreadableLog, "\(call): \(fault)")
    }
    process.world.tally.foldsCompared += 1
    var logged: [CallID: Call] = [:]
    for recovered in contents.calls { logged[recovered.call.id] = recovered.call }
    for call in process.exchange.calls where logged[call.id] != call {
      process.world.violate(
        .foldDiffers, "\(call.id): \(logged[call.id] == nil ? "not in the log" : "another state")")
    }
  }

  private func checkPorts(_ process: NodeProcess) {
    var holders: [UInt16: CallID] = [:]
    for call in process.exchange.calls {
      for pair in call.legs.flatMap(\.ports) {
        if let other = holders.updateValue(call.id, forKey: pair.rtp), other != call.id {
          process.world.violate(.portLentTwice, "\(pair.rtp) to \(other) and \(call.id)")
        }
        if !process.media.lent.contains(pair.rtp) {
          process.world.violate(.portNotLent, "\(pair.rtp), which \(call.id) holds")
        }
      }
    }
  }
}
