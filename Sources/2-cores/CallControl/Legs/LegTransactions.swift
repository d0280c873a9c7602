import Machines
import SIP

/// An INVITE that a leg received: its server transaction, and its 2xx until the ACK.
package struct ReceivedInvite: Equatable, Sendable {
  package let cSeq: UInt32
  /// The top Via's branch, by which a retransmission and a CANCEL are told from a new request.
  package let branch: String
  package let template: ResponseTemplate
  /// The INVITE carried an offer; without one, the offer is in our 2xx and the answer in the ACK.
  package let hasOffer: Bool
  package internal(set) var transaction: InviteServerTransaction
  package internal(set) var delivery: AnswerDelivery?
  /// Nil unless its sender takes reliable provisional responses (RFC 3262).
  package internal(set) var reliable: ReliableResponses?
  /// What its 2xx is to say of the session's timer.
  package internal(set) var timing: SessionTiming?

  package var isPending: Bool { !transaction.isFinal }
  /// Answered, but the ACK has not come.
  package var awaitsAcknowledgement: Bool { delivery.map { !$0.isFinished } ?? false }
  var isOver: Bool { transaction.isTerminated && !awaitsAcknowledgement }

  /// A final response ends the repetition of a provisional one (RFC 3262 §3).
  var provisionalDeadline: Instant? {
    isPending ? reliable?.current?.delivery.nextDeadline : nil
  }

  var nextDeadline: Instant? {
    earliest(
      earliest(transaction.nextDeadline, delivery?.nextDeadline), provisionalDeadline)
  }
}

/// An INVITE that we sent on a leg: its client transaction, and the ACK that answers its 2xx.
package struct SentInvite: Equatable, Sendable {
  package let cSeq: UInt32
  package let branch: String
  /// The Request-URI, To and routes as sent, which the CANCEL and the ACK for a rejection repeat
  /// (RFC 3261 §9.1, §17.1.1.3).
  package let requestURI: String
  package let to: String
  package let routes: [String]
  package let flow: Flow
  package let hasOffer: Bool
  package internal(set) var transaction: InviteClientTransaction
  /// To be cancelled as soon as its recipient has said anything (§9.1).
  package internal(set) var isUnwanted = false
  /// Kept to be sent again for each retransmission of the 2xx (§13.2.2.4).
  package internal(set) var acknowledgement: [UInt8]?
  /// The reliable provisional responses that came for it, one for each early dialog.
  package internal(set) var receipts: [ReliableReceipt] = []

  /// Answered with a 2xx.
  package var isAccepted: Bool {
    if case .accepted = transaction.state { true } else { false }
  }

  /// Answered with a 2xx that has not had its ACK: the answer to its offer is still to come.
  package var awaitsAcknowledgement: Bool { isAccepted && acknowledgement == nil }

  package var isPending: Bool {
    switch transaction.state {
    case .created, .calling, .proceeding: true
    case .completed, .accepted, .terminated: false
    }
  }
}

/// What a request of ours inside a dialog is for.
package enum RequestPurpose: Equatable, Sendable {
  case bye
  case cancel
  /// A PRACK of our own.
  case acknowledgement
  /// A session refresh of our own (RFC 4028 §10).
  case refresh
  /// How far a transfer has come (RFC 3515 §2.4.4).
  case notification
  /// Passed on from the other leg, whose server transaction waits under this CSeq.
  case relayed(for: LegID, cSeq: UInt32)
}

/// A request other than INVITE that we sent on a leg.
package struct SentRequest: Equatable, Sendable {
  package let method: SIPMethod
  package let cSeq: UInt32
  package let branch: String
  package let flow: Flow
  package let purpose: RequestPurpose
  package internal(set) var transaction: NonInviteClientTransaction
}

/// A request other than INVITE that a leg received.
package struct ReceivedRequest: Equatable, Sendable {
  package let method: SIPMethod
  package let cSeq: UInt32
  package let branch: String
  package let template: ResponseTemplate
  package internal(set) var transaction: NonInviteServerTransaction
  /// What the 2xx to an UPDATE is to say of the session's timer.
  package internal(set) var timing: SessionTiming?
}

/// The sooner of two deadlines, either of which may be absent.
package func earliest(_ left: Instant?, _ right: Instant?) -> Instant? {
  switch (left, right) {
  case (let left?, let right?): min(left, right)
  case (let one, nil), (nil, let one): one
  }
}
