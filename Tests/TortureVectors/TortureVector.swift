import SIP

/// One message of RFC 4475 or RFC 5118: what reading it gives, and what an element answers.
package struct TortureVector: Sendable {
  /// Where the message stands: `RFC 4475 §3.1.1.1`.
  package var section: String
  /// The message's name in its RFC; the octets are in `Messages/NAME.sip`.
  package var name: String
  /// Why, in the words of that section.
  package var quote: String
  /// What `RequestValidation` says of the message as one datagram.
  package var datagram: Verdict
  /// What a stream that begins with the message's octets gives.
  package var stream: StreamOutcome
  /// What a whole element answers when the verdict is to accept.
  package var element: ElementAnswer
  package var readings: [TortureReading]

  init(
    _ section: String, _ name: String, _ quote: String, datagram: Verdict,
    stream: StreamOutcome = .likeDatagram, element: ElementAnswer = .normal,
    readings: [TortureReading] = []
  ) {
    self.section = section
    self.name = name
    self.quote = quote
    self.datagram = datagram
    self.stream = stream
    self.element = element
    self.readings = readings
  }

  package static let all = valid + invalid + semantics + ipv6

  package enum Verdict: Equatable, Sendable {
    case accept
    /// Rejected with one of these statuses; the reason phrase holds one of these words.
    case reject([Int], naming: [String])
    /// 420 with an Unsupported header field that lists these, and none that was not required.
    case unsupported([String])
    /// No answer: reading throws, or the verdict is to drop.
    case silence
  }

  package enum StreamOutcome: Equatable, Sendable {
    /// One message, with the datagram's verdict.
    case likeDatagram
    /// These, one for each message on the stream, and then octets that begin none.
    case messages([Verdict])
    /// Nothing yet: the stream owes octets.
    case waits
    /// An answer with this status, and the end of the connection (RFC 4475 §3.1.2.3).
    case closes(Int)
  }

  /// The first final response of an element whose codec accepted the message.
  ///
  /// The element is a registrar and a back-to-back user agent for `example.com` with a subscriber
  /// `user` whose phone takes no call; it trusts the sender, so that an INVITE is not challenged
  /// (a REGISTER may be), and it knows no dialog.
  package enum ElementAnswer: Equatable, Sendable {
    /// Whatever a well-formed request gets: no complaint about the message, and no silence.
    case normal
    case oneOf([Int])
    /// Responses that belong to no transaction, and ACK.
    case silence
  }
}

extension TortureVector: CustomStringConvertible {
  package var description: String { "\(name) (\(section))" }
}

// MARK: - What a test of the whole element asks

extension TortureVector {
  package enum Arrival: Sendable { case datagram, stream }

  /// Whether the first final response may have this status; nil is silence.
  ///
  /// Over a datagram the response goes to the address that the message came from and, for want of
  /// `rport`, to the port of the top Via's sent-by, 5060 by default (RFC 3261 §18.2.2): a test
  /// listens there.
  package func admits(_ status: Int?, over arrival: Arrival) -> Bool {
    guard arrival == .stream else { return admits(status, for: datagram) }
    switch stream {
    case .likeDatagram: return admits(status, for: datagram)
    case .messages(let verdicts): return verdicts.first.map { admits(status, for: $0) } ?? false
    case .waits: return status == nil
    case .closes(let answer): return status == answer
    }
  }

  private func admits(_ status: Int?, for verdict: Verdict) -> Bool {
    switch verdict {
    case .reject(let statuses, _): return status.map(statuses.contains) ?? false
    case .unsupported: return status == 420
    case .silence: return status == nil
    case .accept:
      switch element {
      case .normal: return status.map { !Self.complaints.contains($0) } ?? false
      case .oneOf(let statuses): return status.map(statuses.contains) ?? false
      case .silence: return status == nil
      }
    }
  }

  /// Statuses that blame the message or the server for what is a well-formed request.
  static let complaints: Set<Int> = [400, 413, 414, 416, 420, 421, 493, 500, 505, 513]
}
