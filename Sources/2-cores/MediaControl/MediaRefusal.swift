import SDP

/// Why a description cannot be used.
package enum MediaRefusal: Error, Hashable, Sendable {
  /// Malformed: not SDP.
  case unreadable(SDPParseError)
  /// More streams than a call may have.
  case tooManyStreams(offered: Int, limit: Int)
  /// Live streams were offered, and none of them travels in UDP.
  case nothingToRelay
  /// The answer has not as many `m=` lines as the offer (RFC 3264 §6).
  case answerMismatch(offered: Int, answered: Int)
  /// A new offer has fewer `m=` lines than the description before it (RFC 3264 §8).
  case streamsVanished(before: Int, offered: Int)

  /// The peer broke the rules (a 400 in answer to an offer); otherwise what it wants is beyond
  /// us (a 488, RFC 3261 §21.4.26).
  package var isMalformed: Bool {
    switch self {
    case .unreadable, .answerMismatch, .streamsVanished: true
    case .tooManyStreams, .nothingToRelay: false
    }
  }
}

extension MediaRefusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreadable(let error): "SDP: \(error)"
    case .tooManyStreams(let offered, let limit): "SDP: \(offered) streams, \(limit) allowed"
    case .nothingToRelay: "SDP: no stream over UDP"
    case .answerMismatch(let offered, let answered):
      "SDP: \(offered) streams offered, \(answered) answered"
    case .streamsVanished(let before, let offered):
      "SDP: \(before) streams before, only \(offered) offered"
    }
  }
}
