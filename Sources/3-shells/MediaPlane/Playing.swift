import Audio
import Machines

/// How a programme is played on one stream. What RTP has at random (RFC 3550 §5.1) is chosen by
/// the caller, who keeps it, so that another process can go on with the same stream.
package struct Playing: Sendable {
  package var programme: Programme
  package var law: G711Law
  /// 0 to 127, as the party's description has it.
  package var payloadType: UInt8
  /// When the first frame is due, on the node's steady timeline.
  package var start: Instant
  package var synchronizationSource: UInt32
  /// Of the first frame.
  package var sequenceNumber: UInt16
  package var timestamp: UInt32

  package init(
    programme: Programme, law: G711Law, payloadType: UInt8, start: Instant,
    synchronizationSource: UInt32, sequenceNumber: UInt16, timestamp: UInt32
  ) {
    self.programme = programme
    self.law = law
    self.payloadType = payloadType & 0x7F
    self.start = start
    self.synchronizationSource = synchronizationSource
    self.sequenceNumber = sequenceNumber
    self.timestamp = timestamp
  }
}

/// A programme on its way to one party: plain memory, like the leg by which it leaves.
struct Player {
  let leg: Int
  private let parts: UnsafePointer<PlayedPart>
  private let partCount: Int
  private let frames: Int
  private let returnsTo: Int?
  private let start: Int64
  private var payloadType: UInt8
  private var law: G711Law
  private let synchronizationSource: UInt32
  private let sequenceNumber: UInt16
  private let timestamp: UInt32

  /// The next frame, counted from the start.
  private var next: Int
  /// Frames that were not sent while the party would not hear: no number is spent on them, since
  /// a number that is missing says that a packet was lost.
  private var unheard = 0
  /// The packet is the first after silence (RFC 3551 §4.1).
  private var isFirst = true

  private static let frameNanoseconds = Sound.frameLength.wholeNanoseconds
  /// A thread that was kept away for longer does not send all that was due at once.
  private static let mostBehind = 5

  /// The programme must outlive the player.
  init(_ playing: Playing, leg: Int, now: Instant) {
    self.leg = leg
    parts = playing.programme.parts
    partCount = playing.programme.partCount
    frames = playing.programme.frames
    returnsTo = playing.programme.returnsTo
    start = playing.start.nanoseconds
    payloadType = playing.payloadType
    law = playing.law
    synchronizationSource = playing.synchronizationSource
    sequenceNumber = playing.sequenceNumber
    timestamp = playing.timestamp
    // Where it would be by now: a new process goes on, and does not begin again.
    let behind = now.nanoseconds &- start
    next = behind <= 0 ? 0 : Int((behind - 1) / Self.frameNanoseconds + 1)
  }

  /// The party wants it differently from now on; the rest of what is played stays.
  mutating func change(to playing: Playing) {
    payloadType = playing.payloadType
    law = playing.law
  }

  /// The same one again, though it may have been put together anew.
  func isSame(_ playing: Playing) -> Bool {
    start == playing.start.nanoseconds && synchronizationSource == playing.synchronizationSource
  }

  private var hasEnded: Bool { partCount == 0 || (returnsTo == nil && next >= frames) }

  /// When the next frame is due; nil after the last one.
  var due: Instant? {
    hasEnded ? nil : Instant(nanoseconds: start &+ Int64(next) &* Self.frameNanoseconds)
  }

  /// What is to be sent of the frame that is due, and on to the next one; nil for a frame that
  /// nobody would hear.
  mutating func takeFrame(now: Instant, isHeard: Bool) -> PlayedFrame? {
    skip(now)
    defer { next += 1 }
    guard isHeard, let octets = octets(of: next) else {
      unheard += 1
      isFirst = true
      return nil
    }
    defer { isFirst = false }
    return PlayedFrame(
      isFirst: isFirst, payloadType: payloadType,
      sequenceNumber: sequenceNumber &+ UInt16(truncatingIfNeeded: next - unheard),
      timestamp: timestamp &+ UInt32(truncatingIfNeeded: next &* Sound.frameOctets),
      synchronizationSource: synchronizationSource, octets: octets)
  }

  private mutating func skip(_ now: Instant) {
    let late = Int((now.nanoseconds &- start) / Self.frameNanoseconds) - next
    guard late > Self.mostBehind else { return }
    next += late
    unheard += late
    isFirst = true
  }

  private func octets(of frame: Int) -> UnsafePointer<UInt8>? {
    var place = frame
    if place >= frames {
      guard let returnsTo, returnsTo < frames else { return nil }
      place = returnsTo + (place - frames) % (frames - returnsTo)
    }
    for index in 0..<partCount where place < parts[index].end {
      let part = parts[index]
      let inside = (place - (part.end - part.frames)) % part.soundFrames
      return (law == .mu ? part.mu : part.a) + inside * Sound.frameOctets
    }
    return nil
  }
}

/// One packet of a programme.
struct PlayedFrame {
  let isFirst: Bool
  let payloadType: UInt8
  let sequenceNumber: UInt16
  let timestamp: UInt32
  let synchronizationSource: UInt32
  /// `Sound.frameOctets` of them.
  let octets: UnsafePointer<UInt8>
}
