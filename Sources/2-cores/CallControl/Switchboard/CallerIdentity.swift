/// Who a caller is found to be.
package enum CallerIdentity: Equatable, Sendable {
  /// Authenticated: `user@domain`.
  case subscriber(String)
  /// A peer whose address is trusted.
  case trusted
}
