import Addressing
import Machines
import SIP

// RFC 3261 §18.1.1: a request that may not fit into one packet goes over a connection, and over UDP
// after all where none can be had. Phones that forget to listen for TCP are many, so that an
// endpoint which has refused it once is spared the question for a while.
extension CallStep {
  /// Beyond this a datagram may be cut into fragments, which many a translator loses.
  private static var largestDatagram: Int { 1300 }

  /// How a request to the party goes.
  ///
  /// - Parameter bytes: as it would be sent over the leg's own flow; its Via is changed where it
  ///   goes another way.
  func carried(
    _ bytes: [UInt8], on leg: LegID, branch: String
  ) -> (flow: Flow, bytes: [UInt8]) {
    let own = call[leg].flow
    guard bytes.count > Self.largestDatagram, let stream = streamFlow(leg) else {
      return (own, bytes)
    }
    return (stream, bytes.replacingVia(via(own, branch), by: via(stream, branch)))
  }

  /// The way to the same place over TCP; nil for a party behind a translator, to which no
  /// connection leads, and for one that has refused it.
  private func streamFlow(_ leg: LegID) -> Flow? {
    let own = call[leg].flow
    guard own.transport == .udp, case .sip(let uri)? = URI(call[leg].dialog.nextHop),
      uri.hostAddress == own.remote.address, !context.refusesStreams(own.remote, at: now.steady),
      let listener = environment.listeners.firstIndex(where: {
        $0.transport == .tcp && $0.visible.address.isIPv6 == own.remote.address.isIPv6
      })
    else { return nil }
    return Flow(transport: .tcp, listener: ListenerID(UInt8(listener)), remote: own.remote)
  }

  private func via(_ flow: Flow, _ branch: String) -> String {
    environment.listener(of: flow).via(branch: branch)
  }

  /// A request went over TCP for its size, and no connection could be had: the same over UDP, as a
  /// transaction of its own.
  ///
  /// - Returns: false if the failure is another one.
  mutating func retryOverUDP(_ leg: LegID, _ invite: SentInvite) -> Bool {
    guard wentForItsSize(invite.flow, leg), !invite.isUnwanted,
      let request = invite.transaction.unansweredRequest
    else { return false }
    let next = branch(leg)
    let flow = call[leg].flow
    let bytes = request.replacingVia(via(invite.flow, invite.branch), by: via(flow, next))
    context.noteRefusedStream(invite.flow.remote, at: now.steady)
    if let event = invite.transaction.decide(.transportFailed, now: now).event {
      record(leg, .inviteClient(branch: invite.branch, event))
    }
    record(
      leg,
      .inviteSent(
        SentInvite(
          cSeq: invite.cSeq, branch: next, requestURI: invite.requestURI, to: invite.to,
          routes: invite.routes, flow: flow, hasOffer: invite.hasOffer,
          transaction: InviteClientTransaction(request: bytes, settings: settings(for: flow)),
          acknowledgement: nil)))
    send(bytes, to: flow, leg: leg, report: .inviteClient(branch: next))
    return true
  }

  mutating func retryOverUDP(_ leg: LegID, _ request: SentRequest) -> Bool {
    guard wentForItsSize(request.flow, leg), request.method != .cancel,
      let unanswered = request.transaction.unansweredRequest
    else { return false }
    let next = branch(leg)
    let flow = call[leg].flow
    let bytes = unanswered.replacingVia(via(request.flow, request.branch), by: via(flow, next))
    context.noteRefusedStream(request.flow.remote, at: now.steady)
    if let event = request.transaction.decide(.transportFailed, now: now).event {
      record(leg, .client(branch: request.branch, event))
    }
    record(
      leg,
      .requestSent(
        SentRequest(
          method: request.method, cSeq: request.cSeq, branch: next, flow: flow,
          purpose: request.purpose,
          transaction: NonInviteClientTransaction(
            request: bytes, settings: settings(for: flow)))))
    send(bytes, to: flow, leg: leg, report: .client(branch: next, method: request.method))
    return true
  }

  private func wentForItsSize(_ flow: Flow, _ leg: LegID) -> Bool {
    flow.transport == .tcp && call[leg].flow.transport == .udp
  }
}

/// Who has refused connections of late. Kept in memory alone: what was decided by it is in the
/// events of calls.
struct StreamRefusals {
  private static let lifetime = Duration.seconds(600)
  private static let capacity = 10_000

  private var until: [IPEndpoint: Instant] = [:]

  func contains(_ endpoint: IPEndpoint, at now: Instant) -> Bool {
    until[endpoint].map { now < $0 } ?? false
  }

  mutating func note(_ endpoint: IPEndpoint, at now: Instant) {
    if until.count >= Self.capacity { until = until.filter { now < $0.value } }
    if until.count >= Self.capacity { until = [:] }
    until[endpoint] = now + Self.lifetime
  }
}

extension [UInt8] {
  /// The first Via is the first of the header lines that says this.
  fileprivate func replacingVia(_ old: String, by new: String) -> [UInt8] {
    guard let place = firstRange(of: Array(old.utf8)) else { return self }
    return self[..<place.lowerBound] + Array(new.utf8) + self[place.upperBound...]
  }
}

extension InviteClientTransaction {
  /// The request, while nothing has answered it.
  fileprivate var unansweredRequest: [UInt8]? {
    switch state {
    case .created(let request), .calling(let request, _, _, _): request
    case .proceeding, .completed, .accepted, .terminated: nil
    }
  }
}

extension NonInviteClientTransaction {
  fileprivate var unansweredRequest: [UInt8]? {
    switch state {
    case .created(let request), .trying(let request, _, _, _): request
    case .proceeding, .completed, .terminated: nil
    }
  }
}
