import CallControl
import Machines
import MediaControl
import SIP

// What is worth a line beside the messages.
extension TraceFold {
  func note(on cause: CallCause) -> String? {
    switch cause {
    case .transportFailed(let leg): "a message to \(name(leg)) could not be sent"
    case .operatorRequest: "the operator, or the end of the program, ends the call"
    case .request, .response, .sent, .deadline, .routed, .media, .recovery, .flowRenewed, .located,
      .snapshot:
      nil
    }
  }

  /// The event has been applied.
  func note(on event: CallEvent) -> String? {
    switch event {
    case .routed(let groups, let isAnchored):
      "routed to \(phones(in: groups)); media "
        + (isAnchored ? "comes through Tandem" : "goes directly")
    case .rang(let leg, _): "\(name(leg)) rings"
    case .diverted(let diversion):
      "sent on from \(diversion.from) to \(diversion.to): \(diversion.reason.text)"
    case .redirected(let contacts): "a phone redirects to \(contacts.joined(separator: ", "))"
    case .rerouting(let inquiry):
      "no phone has taken it\(inquiry.reason.map { " (\($0.text))" } ?? ""); asked where it goes now"
    case .answered(.leg(let leg), _, _): "answered by \(name(leg))"
    case .answered(.echo, _, _): "answered by the echo test"
    case .answered(.service(let name), _, _): "answered by the service \(name)"
    case .programmed(let programme): "the caller hears \(programme.service)"
    case .transferring(let transfer?): note(on: transfer)
    case .joined(let joining):
      "\(name(joining.first)) and \(name(joining.second)) talk with each other from now on"
    case .codecChosen(let codec): "codec \(codec)"
    case .bridged(let bridge): bridged(bridge)
    case .released(let release): text(of: release)
    case .mediaReported(let report): report.text
    case .resumed(let resumption): resumed(resumption)
    case .recorded: "the call's record is made"
    case .leg(let leg, let event): note(on: event, of: leg)
    case .legOpened(let leg):
      leg.isStray ? "a second answer, from behind a forking proxy: it is told to end" : nil
    case .opened, .groupDialled, .searchLimited, .failed, .anchored, .mediaClosed, .mediaCounted,
      .transferring(nil), .reoffering:
      nil
    }
  }

  private func note(on transfer: Transfer) -> String? {
    guard transfer.isRouting, transfer.toldStatus == 0 else { return nil }
    return "\(name(transfer.referrer)) sends \(name(transfer.transferee)) on to \(transfer.target)"
  }

  private func note(on event: LegEvent, of leg: LegID) -> String? {
    switch event {
    case .concluded(let outcome):
      "\(name(leg)) is out of it: \(outcome.status) \(outcome.reason)"
    case .flowed(let flow): "\(name(leg)) is at \(flow.place) from now on"
    case .movedOn(let flow): "no such server; the next one for \(name(leg)) is \(flow.place)"
    case .delivery(_, .abandoned): "no ACK has come from \(name(leg))"
    case .reliable(_, .delivery(.abandoned)): "no PRACK has come from \(name(leg))"
    case .reliable(_, .answerHeld): "the 2xx waits for the PRACK of \(name(leg))"
    default: nil
    }
  }

  private func name(_ leg: LegID) -> String {
    guard let found = call?.leg(leg) else { return "?" }
    let isOneOfMany = (call?.legs.count { $0.party == found.party } ?? 0) > 1
    return isOneOfMany ? "\(found.party) at \(found.flow.remote)" : found.party
  }

  private func phones(in groups: [[CallTarget]]) -> String {
    let targets = groups.flatMap(\.self)
    let parties = targets.map(\.party).reduce(into: [String]()) { seen, party in
      if !seen.contains(party) { seen.append(party) }
    }
    let count = targets.count == 1 ? "1 phone" : "\(targets.count) phones"
    return "\(count) of \(parties.joined(separator: ", "))"
  }

  private func bridged(_ bridge: Bridge) -> String {
    let first = call?.firstParty ?? .caller
    let caller = "\(name(first)) ⇄ \(ports(of: first))"
    guard let callee = bridge.callee else {
      return "media: \(caller), " + (call?.programme == nil ? "sent back" : "played to")
    }
    return "media: \(caller), \(ports(of: callee)) ⇄ \(name(callee))"
  }

  private func ports(of leg: LegID) -> String {
    let ports = call?.leg(leg)?.ports ?? []
    return ports.isEmpty
      ? "no port"
      : (ports.count == 1 ? "port " : "ports ")
        + ports.map { "\($0.rtp)" }.joined(separator: " ")
  }

  private func text(of release: CallRelease) -> String {
    let note = release.note.map { " (\($0))" } ?? ""
    return "released by the \(release.by.rawValue): \(release.status) \(release.reason)\(note)"
  }

  private func resumed(_ resumption: Resumption) -> String {
    let silence = seconds(resumption.time.wall - resumption.lastHeard)
    return "taken up again from the log; a party was last heard \(silence) before"
  }
}

extension MediaReport {
  var text: String {
    "stream \(stream + 1): from the caller \(fromCaller.text); from the callee \(fromCallee.text)"
  }
}

extension MediaQuality {
  fileprivate var text: String {
    let tenths = (jitter * 10).rounded()
    // What a stream reports may be anything; a log may be damaged.
    let shown = tenths.isFinite && tenths < 1e9 ? "\(tenths / 10)" : "?"
    return "\(packets) packets, \(lost) lost, jitter \(shown) ms"
  }
}
