import Softswitch

/// Where a subscriber's calls go that its phones do not take. A target is a user, a group, a
/// number, `user@domain` or a URI, as written.
package struct ForwardingDocument: Codable, Equatable, Sendable {
  package struct NoAnswer: Codable, Equatable, Sendable {
    package var to: String
    /// Seconds of ringing; nil: as long as the node lets phones ring.
    package var after: Int?
  }

  package var always: String?
  package var busy: String?
  package var noAnswer: NoAnswer?
  package var unregistered: String?

  init(_ forward: Forwarding) {
    always = forward.always
    busy = forward.busy
    noAnswer = forward.noAnswer.map { noAnswer in
      NoAnswer(to: noAnswer.to, after: noAnswer.after.map { Int($0 / .seconds(1)) })
    }
    unregistered = forward.unregistered
  }
}
