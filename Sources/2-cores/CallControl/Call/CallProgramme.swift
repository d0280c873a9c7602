import Audio
import Machines

/// Something that the switch plays, as its configuration names it.
package struct PlayedService: Equatable, Sendable {
  package let name: String
  /// Nil for what goes on until the caller has heard enough.
  package let length: Duration?

  package init(name: String, length: Duration?) {
    self.name = name
    self.length = length
  }
}

/// What is played to a caller, and all that another process needs to go on with it: where it
/// stands follows from the time since its start, and so do the numbers of its packets.
package struct CallProgramme: Equatable, Sendable {
  package let service: String
  /// When the first frame is due.
  package let start: Now
  /// When the switch hangs up, or tells of the failure that is announced.
  package let end: Instant?
  /// What RFC 3550 §5.1 wants at random; of the first stream, and of the first packet.
  package let synchronizationSource: UInt32
  package let sequenceNumber: UInt16
  package let timestamp: UInt32

  package init(
    service: String, start: Now, end: Instant?, synchronizationSource: UInt32,
    sequenceNumber: UInt16, timestamp: UInt32
  ) {
    self.service = service
    self.start = start
    self.end = end
    self.synchronizationSource = synchronizationSource
    self.sequenceNumber = sequenceNumber
    self.timestamp = timestamp
  }
}

/// One stream of a caller to whom a programme is played.
package struct PlayPlan: Equatable, Sendable {
  package let index: Int
  package let caller: StreamEnd
  /// Nil for a stream that was refused: it is silent.
  package let format: PlayFormat?
}

package struct PlayFormat: Equatable, Sendable {
  package let law: G711Law
  /// As the caller's description has it.
  package let payloadType: UInt8

  package init(law: G711Law, payloadType: UInt8) {
    self.law = law
    self.payloadType = payloadType
  }
}
