import Machines

/// What is played to a party: parts one after the other, to an end or for ever.
///
/// Where it stands depends on nothing but the time since it began, so that another process goes on
/// with it where it would be.
///
/// Unchecked, because: the table is written before the initializer returns and never again, and
/// the sounds that it points into live as long as the programme.
package final class Programme: @unchecked Sendable {
  /// More parts than anybody says in a sentence.
  static let maximumParts = 64

  package struct Part: Sendable {
    package var sound: Sound
    /// How long it lasts; a sound that is shorter is repeated, a longer one is cut.
    package var frames: Int

    package init(_ sound: Sound, frames: Int? = nil) {
      self.sound = sound
      self.frames = frames ?? sound.frames
    }

    package init(_ sound: Sound, for length: Duration) {
      let frames = length.wholeNanoseconds / Sound.frameLength.wholeNanoseconds
      self.init(sound, frames: Int(clamping: max(0, frames)))
    }
  }

  /// Frames until the programme ends, or until it comes round for the first time.
  package let frames: Int
  /// The frame that follows the last one; nil: none does.
  let returnsTo: Int?
  /// Keeps the octets that the table points to.
  private let sounds: [Sound]
  private let table: UnsafeMutablePointer<PlayedPart>
  private let count: Int

  /// - Parameter returnsTo: the part that follows the last one.
  package init(_ parts: [Part], returnsTo: Int? = nil) {
    let known = parts.prefix(Self.maximumParts).filter { $0.frames > 0 && $0.sound.frames > 0 }
    sounds = known.map(\.sound)
    count = known.count
    table = .allocate(capacity: max(1, count))
    var end = 0
    var back: Int?
    for (index, part) in known.enumerated() {
      if index == returnsTo { back = end }
      end += part.frames
      (table + index).initialize(
        to: PlayedPart(
          end: end, frames: part.frames, soundFrames: part.sound.frames,
          mu: part.sound.start(.mu), a: part.sound.start(.a)))
    }
    frames = end
    self.returnsTo = back
  }

  deinit { table.deallocate() }

  package var length: Duration { Sound.frameLength * frames }

  /// The table as a media thread keeps it beside the programme, to read it without counting
  /// references.
  var parts: UnsafePointer<PlayedPart> { UnsafePointer(table) }
  var partCount: Int { count }
}

/// One part, by where its octets lie.
struct PlayedPart {
  /// Frames of the programme up to the end of this part.
  let end: Int
  let frames: Int
  let soundFrames: Int
  let mu: UnsafePointer<UInt8>
  let a: UnsafePointer<UInt8>
}
