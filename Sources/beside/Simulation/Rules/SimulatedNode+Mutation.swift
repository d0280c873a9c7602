import CallControl
import Journaling
import Machines
import SIP
import Softswitch

// Mutations of a recovery: the log is changed before it is read, so that the calls come back as
// a faulty recovery would make them.
extension SimulatedNode {
  func mutateLog() throws(JournalFault) {
    guard mutation == .forgetTimer || mutation == .regenerateTag else { return }
    let contents = try CallLogContents.read(disk)
    let journal = try Journal(
      disk: disk, options: JournalOptions(), opening: [], version: callLogVersion,
      now: world.time)
    for call in contents.calls.map(\.call) {
      guard let event = change(of: call) else { continue }
      journal.append(RecordKey(.step, call.id)) { bytes in
        CallLogStep.encode(now: world.now, cause: .recovery, events: [event], into: &bytes)
      }
    }
    journal.commit(now: world.time)
    while disk.syncsUnderWay > 0 { disk.completeSync() }
    written.reset(to: disk, forgetting: false)
  }

  private func change(of call: Call) -> CallEvent? {
    if mutation == .regenerateTag {
      guard let leg = call.legs.first(where: { $0.stage == .confirmed }) else { return nil }
      var random = Randomness(world.random)
      let tag = LegToken.make(call.id, leg.id, &random)
      return .leg(leg.id, .settled(localTag: tag))
    }
    // Timer L, which ends the absorbing of what is left of an answered INVITE.
    for leg in call.legs {
      for invite in leg.receivedInvites where invite.isAbsorbing {
        return .leg(leg.id, .inviteServer(cSeq: invite.cSeq, .accepted))
      }
    }
    return nil
  }
}

extension ReceivedInvite {
  fileprivate var isAbsorbing: Bool {
    if case .accepted(.some) = transaction.state { true } else { false }
  }
}
