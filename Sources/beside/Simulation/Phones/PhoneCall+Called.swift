import Machines
import SIP

// The callee: RFC 3261 §13.3, §17.2.1, §9.2.
extension PhoneCall {
  func ring(_ invite: SIPMessage) {
    ringing = invite
    nodeTag = invite.fromTag
    nodeCSeq = invite.cSeq?.number ?? 0
    target = invite.contacts.first?.uri.text ?? ""
    if var from = invite.from {
      from.parameters.remove("tag")
      peer = from.text
    }
    if world.random.chance(0.08) { return stayStill() }
    let first = world.random.duration(.milliseconds(5) ... .milliseconds(900))
    let isEarly = world.random.chance(0.15) && !invite.body.isEmpty
    after(first, in: .ringing) { call in
      let body = isEarly ? call.description() : []
      call.phone.send(call.respond(isEarly ? 183 : 180, to: invite, body: body))
    }
    let decision = first + world.random.duration(.milliseconds(1) ... .seconds(14))
    let status = world.random.one(of: [200, 200, 200, 200, 200, 200, 486, 603, 480, 500])
    // Some ring until somebody tells them to stop.
    let isPatient = world.random.chance(0.12)
    after(isPatient ? .seconds(80) : decision, in: .ringing) { call in
      call.decide(isPatient ? 480 : status, invite)
    }
  }

  /// Not a word, until the caller goes.
  private func stayStill() {
    after(.seconds(80), in: .ringing) { $0.end() }
  }

  private func decide(_ status: Int, _ invite: SIPMessage) {
    guard status == 200 else { return reject(invite, status) }
    move(to: .answered)
    let bytes = respond(200, to: invite, body: description())
    finals[nodeCSeq] = Retransmission(phone, bytes, cap: Retransmission.t2) { [unowned self] in
      // §13.3.1.4: no ACK.
      if stage == .answered { leave() }
    }
  }

  private func reject(_ invite: SIPMessage, _ status: Int) {
    end()
    let bytes = respond(status, to: invite)
    finals[nodeCSeq] = Retransmission(phone, bytes, cap: Retransmission.t2) {}
  }

  func cancelled(_ cancel: SIPMessage) {
    phone.send(respond(200, to: cancel))
    if stage == .ringing, let ringing { reject(ringing, 487) }
  }

  func acknowledged(_ cSeq: UInt32) {
    finals.removeValue(forKey: cSeq)?.stop()
    guard stage == .answered else { return }
    move(to: .confirmed)
    talk()
  }
}
