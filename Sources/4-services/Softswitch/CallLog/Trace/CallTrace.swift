import CallControl
import Machines

/// What the log tells of one call: who took part, and what happened, in order.
///
/// A message is there if it changed the call: one that came again and was only answered again
/// left no mark.
package struct CallTrace: Equatable, Sendable {
  package let id: CallID
  /// When the call began.
  package let began: WallTime
  package let dialled: String
  /// The program that the call began in, as its mark in the log says: node and version.
  package let program: String?
  /// The caller first, then the phones in the order in which they were tried.
  package let parties: [TraceParty]
  package let rows: [TraceRow]
  /// Not over, as far as the log says.
  package let isInProgress: Bool
}

/// One leg's party: a column of the diagram.
package struct TraceParty: Equatable, Sendable {
  package let leg: LegID
  /// The subscriber, or the URI that the party gave.
  package let name: String
  /// Where the party was when its leg began: `udp:192.0.2.1:5060`.
  package let address: String
}

/// One thing that happened.
package struct TraceRow: Equatable, Sendable {
  package enum Content: Equatable, Sendable {
    case message(TraceMessage)
    case note(String)
    /// The last sign of life of a process that then ended.
    case processEnded(String)
    /// Another process has begun to write the log.
    case processBegan(String)
  }

  package let time: WallTime
  /// Since the beginning of the call.
  package let offset: Duration
  package let content: Content
}

/// A message between Tandem and a party.
package struct TraceMessage: Equatable, Sendable {
  package let leg: LegID
  /// From the party to Tandem.
  package let isReceived: Bool
  /// A method, or a status and its phrase.
  package let title: String
  /// The number in the CSeq, and its method where the title has none.
  package let cSeq: String
  /// A copy of what was sent before.
  package let isAgain: Bool
  /// What the message says about media, a stream each, if that is news.
  package let media: [String]

  /// `200 OK (1 INVITE)`, `INVITE (2)`.
  package var text: String { "\(title) (\(cSeq))\(isAgain ? " again" : "")" }
}
