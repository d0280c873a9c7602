/// What became of one set of digest credentials.
package enum AuthenticationResult: Equatable, Sendable {
  /// The password is right, and this use of the nonce is new.
  case accepted
  /// The password is right, and this very request was accepted before: answer it again, with no
  /// further effect.
  case retransmission
  /// The password is right, but the nonce has expired or is not ours: challenge with `stale`.
  case stale
  /// The password is right, but the nonce count was used by another request: challenge with
  /// `stale`, so that an honest client comes back by itself.
  case replayed
  /// No such user, a wrong password, or an algorithm that is too weak: they look the same.
  case wrong
  /// Credentials that contradict themselves or the request: 400.
  case malformed
}
