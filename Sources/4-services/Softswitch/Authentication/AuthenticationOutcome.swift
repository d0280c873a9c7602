import SIP

/// In which capacity a request is challenged (RFC 3261 §22.2, §22.3).
///
/// A REGISTER is answered by the registrar that it is for, with 401; an INVITE passes through on
/// its way to somebody else and is answered as a proxy does, with 407, although a back-to-back
/// user agent could use 401 too: it is what phones expect of the server they are registered with.
package enum ChallengeKind: Equatable, Sendable {
  case registrar, proxy

  package init(for method: SIPMethod) {
    // The switch is itself what a SUBSCRIBE or a PUBLISH is for (RFC 6665 §4.2.1.1, RFC 3903 §6).
    self = [.register, .subscribe, .publish].contains(method) ? .registrar : .proxy
  }

  package var status: Int { self == .registrar ? 401 : 407 }
  package var challengeHeader: HeaderName {
    self == .registrar ? .wwwAuthenticate : .proxyAuthenticate
  }
  package var credentialsHeader: HeaderName {
    self == .registrar ? .authorization : .proxyAuthorization
  }
}

/// What authentication made of a request.
package enum AuthenticationOutcome: Equatable, Sendable {
  /// The user whose password was used. A retransmission must have no effect that its first copy
  /// did not have: a registrar answers it with the bindings as they are, and for anything else,
  /// if no transaction of it is alive, it is a replay, to be challenged.
  case authenticated(user: String, isRetransmission: Bool)
  /// `cause` is nil if there were no credentials for the realm.
  case challenge(ChallengeKind, headers: [HeaderField], cause: AuthenticationResult?)
  /// Credentials that contradict the request: 400.
  case malformed
}
