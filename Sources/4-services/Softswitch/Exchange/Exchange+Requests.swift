import CallControl
import Machines
import SIP

/// Methods that we know of and do not do outside a dialog: 405. Any other is not implemented:
/// 501 (RFC 3261 §8.2.1, §21.5.2).
private let knownMethods: Set<SIPMethod> = [.notify]
let allowText =
  "INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER, INFO, MESSAGE, PRACK, UPDATE, SUBSCRIBE, PUBLISH, "
  + "REFER"

/// Calls that are over and still held, for each call that the limit allows.
private let lingeringFactor = 32

// Where each message goes: RFC 3261 §8.2, §12.2.2, §17.
extension Exchange {
  func receive(request: SIPMessage, from flow: Flow, now: Now) {
    guard hears(request, from: flow, now: now) else { return }
    let validation = request.method == .register ? registrarValidation : validation
    switch validation.verdict(on: request) {
    case .accept: break
    case .drop:
      counters.dropped += 1
      return
    case .reject(let status, let reason, let headers):
      return answer(
        request, from: flow, status: status, reason: reason,
        headers: headers.map { ($0.name, $0.value) })
    }
    switch switchboard.match(request) {
    case .leg(let call, let leg):
      take(.request(request, leg: leg, flow: flow), for: call, now: now)
    case .merged, .loop:
      answer(request, from: flow, status: 482)
    case .unknown:
      receiveOutsideCalls(request, from: flow, now: now)
    }
  }

  private func receiveOutsideCalls(_ request: SIPMessage, from flow: Flow, now: Now) {
    guard !request.hasToTag || request.method == .subscribe else {
      return answer(request, from: flow, status: 481)
    }
    if request.maxForwards == 0, request.method != .options, request.method != .register {
      return answer(request, from: flow, status: 483)
    }
    if isDraining, request.method == .invite || request.method == .options {
      return answer(
        request, from: flow, status: 503, reason: "Draining", headers: [(.retryAfter, "60")])
    }
    switch request.method {
    case .invite: receiveInvite(request, from: flow, now: now)
    case .register: receiveRegister(request, from: flow, now: now)
    case .subscribe: receiveSubscribe(request, from: flow, now: now)
    case .publish: receivePublish(request, from: flow, now: now)
    case .message: receiveMessage(request, from: flow, now: now)
    case .options: answerOptions(request, from: flow)
    case .ack: break
    case .cancel, .bye, .info, .update, .prack: answer(request, from: flow, status: 481)
    // Only from within a call: there is nobody else to send on.
    case .refer: answer(request, from: flow, status: 403, reason: "Outside A Call")
    case let method where knownMethods.contains(method):
      answer(request, from: flow, status: 405, headers: [(.allow, allowText)])
    default:
      answer(request, from: flow, status: 501, headers: [(.allow, allowText)])
    }
  }

  /// §11.2: what we can do.
  private func answerOptions(_ request: SIPMessage, from flow: Flow) {
    answer(
      request, from: flow, status: 200,
      headers: [
        (.allow, allowText), (.accept, "application/sdp"),
        (.allowEvents, EventPackage.allowText),
        (.supported, configuration.supportedExtensions.sorted().joined(separator: ", ")),
        (HeaderName("Accept-Encoding"), "identity"), (HeaderName("Accept-Language"), "en"),
      ])
  }

  private func receiveInvite(_ invite: SIPMessage, from flow: Flow, now: Now) {
    if let type = invite.contentType, !invite.body.isEmpty, !type.isSessionDescription {
      return answer(
        invite, from: flow, status: 415, headers: [(.accept, "application/sdp")])
    }
    guard invite.acceptsSessionDescription else {
      return answer(invite, from: flow, status: 406)
    }
    if case .sip(let uri)? = invite.requestURI, uri.isSecure, flow.transport != .tls {
      // The last hop to us was not secure, which the caller asked for (§26.2.2).
      return answer(invite, from: flow, status: 416)
    }
    guard let identity = identify(invite, from: flow, now: now) else { return }
    let invite = invite.withContactOfOldClient()
    guard !invite.contacts.isEmpty else {
      return answer(invite, from: flow, status: 400, reason: "Missing Contact")
    }
    // Calls that are over linger for their last retransmissions (64·T1): they have a bound too.
    guard switchboard.count < switchboard.maximumCalls,
      switchboard.heldCount < switchboard.maximumCalls * lingeringFactor
    else {
      return answer(
        invite, from: flow, status: 503, reason: "Call Limit Reached",
        headers: [(.retryAfter, "5")])
    }
    if log.isFailing, configuration.undurable == .refuse {
      return answer(
        invite, from: flow, status: 503, reason: "Call Log Unavailable",
        headers: [(.retryAfter, "30")])
    }
    counters.callsOpened += 1
    run(switchboard.open(invite, identity: identity, source: flow, now: now), now: now)
  }

  func receive(response: SIPMessage, from flow: Flow, now: Now) {
    // Malformed ones, and those with Vias that are not ours, are discarded (§8.1.3.3).
    guard validation.verdict(on: response) == .accept else {
      counters.dropped += 1
      return
    }
    if let (call, leg) = switchboard.match(response: response) {
      noteResponse(response, of: leg, in: call)
      take(.response(response, leg: leg), for: call, now: now)
    } else if !takeOwn(response, now: now) {
      counters.dropped += 1
    }
  }
}

extension SIPMessage {
  /// §20.1: application/sdp unless an Accept header says otherwise; what we answer is nothing
  /// else, so an INVITE that takes none of it gets 406 (RFC 4475 §3.3.15).
  fileprivate var acceptsSessionDescription: Bool {
    guard contains(.accept) else { return true }
    return elements(.accept).contains { range in
      let essence = range.filter { !$0.isWhitespace }.prefix { $0 != ";" }.lowercased()
      return ["application/sdp", "application/*", "*/*"].contains(essence)
    }
  }

  /// A client of RFC 2543 need not say where it is reached: then it is where its From says
  /// (RFC 4475 §3.4.1). Its Via has no branch with the cookie of RFC 3261 (§8.1.1.7).
  fileprivate func withContactOfOldClient() -> SIPMessage {
    guard !contains(.contact), let from, topVia?.branch?.hasPrefix("z9hG4bK") != true else {
      return self
    }
    var message = self
    message.append(.contact, "<\(from.uri.text)>")
    return message
  }
}

extension String {
  fileprivate var isSessionDescription: Bool {
    let essence = prefix { $0 != ";" && $0 != " " }.lowercased()
    return essence == "application/sdp" || essence == "multipart/mixed"
  }
}
