import SIP

let historyHeader = HeaderName("History-Info")
let diversionHeader = HeaderName("Diversion")
let privacyHeader = HeaderName("Privacy")

// Where a call has been, told to the phone that it is offered to: History-Info (RFC 7044) and
// Diversion (RFC 5806), which desk phones and gateways still read.
extension CallStep {
  /// What goes on to a target of the caller's INVITE, and the call's own history.
  func headersWithHistory(to target: String) -> [PassedHeader] {
    let passedOn = call.opening.passedOn
    let isKnown = passedOn.contains { $0.name == historyHeader || $0.name == diversionHeader }
    if call.diversions.isEmpty, !isKnown { return passedOn }
    let others = passedOn.filter { $0.name != historyHeader && $0.name != diversionHeader }
    return others + historyEntries(to: target) + diversionEntries
  }

  // The entries of phones that were tried and failed are left out, against RFC 7044 §9.3: their
  // addresses are nobody's business but ours.
  private func historyEntries(to target: String) -> [PassedHeader] {
    var entries = call.opening.passedOn.filter { $0.name == historyHeader }
      .compactMap { NameAddress($0.value) }
    if entries.isEmpty, call.diversions.isEmpty { return [] }
    appendDialled(to: &entries)
    var index = entries.last?.parameters.value("index") ?? "1"
    let base = index
    for (place, diversion) in call.diversions.enumerated() {
      let last = entries.count - 1
      entries[last].uri = entries[last].uri.withReason(diversion.reason.status)
      let next = "\(base).\(place + 1)"
      // §10.4: another user than the one before.
      entries.append(.entry(diversion.to, index: next, "mp", index))
      index = next
    }
    entries.append(.entry(target, index: index + ".1", "rc", index))
    if isHistoryPrivate { for place in entries.indices { entries[place].anonymize() } }
    return entries.map { PassedHeader(name: historyHeader, value: $0.text) }
  }

  /// §10.3: the entry that the hop before us would have written; an index of 0 marks the gap.
  private func appendDialled(to entries: inout [NameAddress]) {
    let dialled = call.opening.dialled
    guard let last = entries.last else {
      return entries.append(.entry(dialled, index: "1"))
    }
    if last.uri.withoutHeaders.text == dialled { return }
    let index = last.parameters.value("index") ?? "1"
    entries.append(.entry(dialled, index: index + ".0.1"))
  }

  /// The last diversion is the topmost (RFC 5806 §3); what the caller's side says of earlier
  /// ones stays as it is.
  private var diversionEntries: [PassedHeader] {
    // Each names the Request-URI from before it.
    let places = [call.opening.dialled] + call.diversions.map(\.to)
    let own = zip(places, call.diversions).reversed().map { place, diversion in
      let uri = isHistoryPrivate ? URI.anonymous.text : place
      let privacy = isHistoryPrivate ? "full" : "off"
      return PassedHeader(
        name: diversionHeader,
        value: "<\(uri)>;reason=\(diversion.reason.diversionToken);counter=1;privacy=\(privacy)")
    }
    return own + call.opening.passedOn.filter { $0.name == diversionHeader }
  }

  /// The caller asks that none of it shows (RFC 7044 §10.1.1).
  private var isHistoryPrivate: Bool {
    call.opening.passedOn.contains { header in
      header.name == privacyHeader
        && header.value.split(whereSeparator: { ";, ".contains($0) }).contains {
          ["history", "header"].contains($0.lowercased())
        }
    }
  }
}

extension NameAddress {
  fileprivate static func entry(
    _ uri: String, index: String, _ kind: String? = nil, _ from: String = ""
  ) -> NameAddress {
    // What was dialled has been read before; a contact that cannot be is not repeated.
    var entry = NameAddress("<\(uri)>") ?? NameAddress(uri: .anonymous)
    entry.parameters.set("index", index)
    if let kind { entry.parameters.set(kind, from) }
    return entry
  }

  fileprivate mutating func anonymize() {
    displayName = nil
    uri = .anonymous
  }
}

extension URI {
  /// RFC 7044 §10.1.2.
  fileprivate static var anonymous: URI {
    .sip(SIPURI(user: "anonymous", host: "anonymous.invalid", port: nil))
  }

  /// RFC 7044 §10.2: `?Reason=SIP;cause=486`, escaped as a URI has it.
  fileprivate func withReason(_ status: Int) -> URI {
    guard case .sip(var uri) = self else { return self }
    uri.headers = "Reason=SIP%3Bcause%3D\(status)"
    return .sip(uri)
  }

  fileprivate var withoutHeaders: URI {
    guard case .sip(var uri) = self else { return self }
    uri.headers = nil
    return .sip(uri)
  }
}
