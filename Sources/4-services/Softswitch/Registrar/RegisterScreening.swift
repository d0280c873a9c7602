import Machines
import SIP

/// Whether a REGISTER gets as far as the bindings: RFC 3261 §10.3 steps 1 and 3 to 5. (Step 2,
/// Require, is `RequestValidation`'s.)
package enum RegisterScreening: Equatable, Sendable {
  /// `isRetransmission` is to be handed on to `Registrar.decide`.
  case admitted(AddressOfRecord, isRetransmission: Bool)
  /// `cause` tells a failed login from a first challenge.
  case answered(RegisterAnswer, cause: AuthenticationResult?)

  /// - Parameter isTrusted: the source needs no password, and may register any subscriber.
  package static func screen(
    _ request: SIPMessage, isTrusted: Bool = false, directory: SubscriberDirectory,
    authenticator: inout DigestAuthenticator, now: Now, randomness: inout Randomness
  ) -> RegisterScreening {
    guard case .sip(let registrar)? = request.requestURI,
      let domain = directory.domain(ofHost: registrar.host)
    else { return .refused(404, "Unknown Domain") }
    if isTrusted { return admit(request, domain: domain, as: nil, directory, false) }
    let outcome = authenticator.authenticate(
      request, realm: domain, available: directory.algorithms(in: domain), now: now,
      randomness: &randomness
    ) { user in
      directory.subscriber(AddressOfRecord(user: user, domain: domain))?.hashes
    }
    switch outcome {
    case .authenticated(let user, let isRetransmission):
      let subscriber = directory.subscriber(AddressOfRecord(user: user, domain: domain))
      guard let subscriber else { return .refused(403, nil) }
      return admit(request, domain: domain, as: subscriber, directory, isRetransmission)
    case .challenge(let kind, let headers, let cause):
      return .answered(RegisterAnswer(kind.status, headers: headers), cause: cause)
    case .malformed:
      return .answered(RegisterAnswer(400, "Credentials Do Not Fit"), cause: .malformed)
    }
  }

  /// Steps 4 and 5, after the password, so that strangers learn nothing of who exists.
  private static func admit(
    _ request: SIPMessage, domain: String, as subscriber: Subscriber?,
    _ directory: SubscriberDirectory, _ isRetransmission: Bool
  ) -> RegisterScreening {
    guard let to = request.to, let named = directory.subscriber(dialled: to.uri),
      named.address.domain == domain
    else { return .refused(404, nil) }
    guard subscriber.map({ IdentityRule.mayRegister(named.address, as: $0) }) ?? true else {
      return .refused(403, nil)
    }
    return .admitted(named.address, isRetransmission: isRetransmission)
  }

  private static func refused(_ status: Int, _ reason: String?) -> RegisterScreening {
    .answered(RegisterAnswer(status, reason), cause: nil)
  }
}
