import SIP

// Who the called party is told is calling: RFC 3323, RFC 3325.
extension CallStep {
  /// Header lines of the first INVITE that go on to the phone: what is asserted of the caller only
  /// to those who are trusted with it, and nothing that names a caller who wants privacy.
  func passedHeaders(to leg: LegID) -> [PassedHeader] {
    let isTrusted = environment.isTrusted(call[leg].flow)
    let isPrivate = call.opening.wantsPrivacy
    return headersWithHistory(to: call[leg].dialog.remoteTarget).filter { header in
      if header.name == .pAssertedIdentity || header.name == .privacy { return isTrusted }
      return isTrusted || !isPrivate || !namingHeaders.contains(header.name)
    }
  }

  /// The From towards a target, without its tag.
  func presentedCaller(to flow: Flow) -> String {
    call.opening.wantsPrivacy && !environment.isTrusted(flow)
      ? anonymousCaller : call.caller.dialog.remoteAddress
  }
}

/// RFC 3323 §4.1.1.3.
private let anonymousCaller = "\"Anonymous\" <sip:anonymous@anonymous.invalid>"

/// What the user level of privacy takes away of the headers that are passed on (RFC 3323 §5.3).
private let namingHeaders: Set<HeaderName> = [
  .subject, .callInfo, .organization, .userToUser,
]

extension CallOpening {
  /// The caller, or who speaks for it, asked that its identity be hidden.
  var wantsPrivacy: Bool {
    passedOn.contains { header in
      header.name == .privacy
        && header.value.split(whereSeparator: { $0 == ";" || $0 == "," || $0 == " " })
          .contains { ["id", "user", "header"].contains($0.lowercased()) }
    }
  }
}

extension CallerIdentity {
  /// What we assert of the caller, or let stand: a stranger's own assertions count for nothing
  /// (RFC 3325 §5).
  func identityHeaders(of invite: SIPMessage) -> [PassedHeader] {
    let privacy = invite.rows(.privacy).prefix(maximumIdentities).map {
      PassedHeader(name: .privacy, value: $0)
    }
    switch self {
    case .subscriber(let address):
      return [PassedHeader(name: .pAssertedIdentity, value: "<sip:\(address)>")] + privacy
    case .trusted:
      let asserted = invite.rows(.pAssertedIdentity).prefix(maximumIdentities).map {
        PassedHeader(name: .pAssertedIdentity, value: $0)
      }
      return asserted + privacy
    }
  }
}

/// RFC 3325 §9.1 allows two: a sip: URI and a tel: URI.
private let maximumIdentities = 2
