import CallControl
import Machines
import SIP

/// A leg with a request that could not be sent, because the phone's connection is gone.
struct StrandedLeg: Hashable {
  let call: CallID
  let leg: LegID
}

// A phone behind a NAT is reached over the connection that it opened, and by no other. When that
// is gone, with our process for one, a request in its dialog waits for the phone to register over
// a new one (RFC 5626 §5.3), until the request's own timer ends the waiting.
extension Exchange {
  package func sendFailed(_ receipt: SendReceipt, now: Now) {
    lastTold = now
    switch receipt {
    case .call(let sending):
      if strand(sending, now: now) || findWayBack(sending) { return }
      fail(sending, now: now)
    case .own(let branch):
      ownSendFailed(branch, now: now)
    }
  }

  func fail(_ sending: CallSending, now: Now) {
    take(.transportFailed(sending.transaction, leg: sending.leg), for: sending.call, now: now)
  }

  private func strand(_ receipt: CallSending, now: Now) -> Bool {
    guard receipt.transaction.isClient, let call = switchboard.box(receipt.call)?.call,
      call.has(receipt.leg), call.isInDialog(receipt.leg),
      call[receipt.leg].flow.transport.isReliable
    else { return false }
    if let flow = newerFlow(than: call[receipt.leg].flow, of: call[receipt.leg].party, now: now) {
      take(.flowRenewed(receipt.leg, flow), for: receipt.call, now: now)
    } else {
      stranded[call[receipt.leg].party, default: []].insert(
        StrandedLeg(call: receipt.call, leg: receipt.leg))
    }
    return true
  }

  /// The connection over which a phone of the party has registered meanwhile.
  private func newerFlow(than flow: Flow, of party: String, now: Now) -> Flow? {
    guard let at = party.lastIndex(of: "@") else { return nil }
    let address = AddressOfRecord(
      user: String(party[..<at]), domain: String(party[party.index(after: at)...]))
    return registrar.bindings(for: address, at: now.wall).lazy.map(\.flow).first {
      $0.transport == flow.transport && $0.remote.address == flow.remote.address
        && $0.connection != nil
        && $0.connection != flow.connection
    }.map { found in
      Flow(
        transport: found.transport, listener: flow.listener, remote: found.remote,
        connection: found.connection)
    }
  }

  /// A phone has registered: what waits for one of its owner, at the same address, leaves.
  func flowArrived(_ flow: Flow, of address: AddressOfRecord, now: Now) {
    guard flow.transport.isReliable, let waiting = stranded[address.description] else { return }
    for waiter in waiting.sorted(by: { $0.order < $1.order }) {
      guard let call = switchboard.box(waiter.call)?.call, call.has(waiter.leg) else { continue }
      guard call[waiter.leg].flow.transport == flow.transport,
        call[waiter.leg].flow.remote.address == flow.remote.address
      else { continue }
      stranded[address.description]?.remove(waiter)
      take(.flowRenewed(waiter.leg, flow), for: waiter.call, now: now)
    }
    forgetStranded(address.description)
  }

  /// Those whose call is over by now, which nobody takes back.
  func forgetStranded() {
    for party in Array(stranded.keys) { forgetStranded(party) }
  }

  private func forgetStranded(_ party: String) {
    guard let waiting = stranded[party] else { return }
    let left = waiting.filter { switchboard.box($0.call) != nil }
    stranded[party] = left.isEmpty ? nil : left
  }
}

extension StrandedLeg {
  fileprivate var order: (UInt16, UInt64, LegID) { (call.shard.number, call.number, leg) }
}

extension TransactionReference {
  fileprivate var isClient: Bool {
    switch self {
    case .inviteClient, .client: true
    case .inviteServer, .answer, .provisional, .server: false
    }
  }
}

extension Call {
  /// The leg's first INVITE has been answered: what it is sent belongs to its dialog.
  fileprivate func isInDialog(_ leg: LegID) -> Bool {
    switch self[leg].stage {
    case .confirmed, .answered, .hangingUp, .ended: !self[leg].dialog.remoteTag.isEmpty
    case .inviting, .ringing, .cancelling: false
    }
  }
}
