import CallControl
import Machines
import SIP

// A response that cannot be sent the way that its request came goes to the servers that the
// request's Via names: RFC 3263 §5. The response is taken from the transaction, which has it for
// as long as it may be repeated, so that nothing is kept here but the question.
//
// Whoever has a call has proved who they are, so no stranger aims our responses at others by this.
extension Exchange {
  /// The servers that are tried for one response.
  private static let maximumDetours = 3

  /// Whether another way is looked for.
  func findWayBack(_ sending: CallSending) -> Bool {
    guard let response = unsent(sending), let via = (try? SIPMessage(response.bytes))?.topVia,
      let query = ServerQuery(respondingTo: via)
    else { return false }
    if let last = sending.detours.last {
      lookups.health.failed(last, retryAfter: nil, at: lastTold.steady)
      guard sending.detours.count < Self.maximumDetours else { return false }
    }
    outlet.locate(query, ticket: lookups.ask(query, for: sending))
    return true
  }

  func sendBack(
    _ sending: CallSending, _ query: ServerQuery, _ location: ServerLocation, now: Now
  ) {
    guard let response = unsent(sending), case .found(let servers, _, _) = location else {
      return fail(sending, now: now)
    }
    let source = response.flow
    let server = lookups.health.ordered(servers, at: now.steady).first {
      let isSame = $0.endpoint == source.remote && $0.transport == source.transport
      // A Via is not believed that aims our responses at an inner network.
      return !isSame && !sending.detours.contains($0)
        && $0.endpoint.address.isMeaningful(beside: source)
    }
    guard let server, let flow = configuration.calls.listener(reaching: server, from: source) else {
      return fail(sending, now: now)
    }
    var sending = sending
    sending.detours.append(server)
    outlet.send(
      response.bytes, to: flow, serverName: query.serverName, receipt: .call(sending))
  }

  /// The response that the sending was of, and where it was to go.
  private func unsent(_ sending: CallSending) -> (bytes: [UInt8], flow: Flow)? {
    switchboard.box(sending.call)?.call.leg(sending.leg)?.response(sending.transaction)
  }
}
