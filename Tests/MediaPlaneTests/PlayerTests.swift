import Audio
import Machines
import Testing

@testable import MediaPlane

@Suite("What a player sends, by the clock that it is told")
struct PlayerTests {
  static let frame = Int64(20_000_000)
  static let start = Instant(nanoseconds: 5_000_000_000)

  static func ramp(_ frames: Int) -> Sound {
    Sound(samples: (0..<(frames * 160)).map { Int16(truncatingIfNeeded: 100 * ($0 / 160)) })
  }

  static func playing(_ programme: Programme, law: G711Law = .mu) -> Playing {
    Playing(
      programme: programme, law: law, payloadType: 8, start: start,
      synchronizationSource: 0xDEAD_BEEF, sequenceNumber: 0xFFFE, timestamp: 0xFFFF_FF00)
  }

  static func at(_ frames: Double) -> Instant { start + .nanoseconds(Int64(frames * 20_000_000)) }

  static func take(_ player: inout Player, _ now: Instant) throws -> PlayedFrame {
    let frame = player.takeFrame(now: now, isHeard: true)
    return try #require(frame)
  }

  /// The level of the frame, whose octets are all one.
  static func level(_ frame: PlayedFrame, _ law: G711Law = .mu) -> Int16 {
    law.decode(frame.octets[0])
  }

  @Test("Numbers rise by one and by 160 and wrap; the first packet is marked; the end is the end")
  func numbers() throws {
    let programme = Programme([Programme.Part(Self.ramp(4))])
    var player = Player(Self.playing(programme), leg: 0, now: Self.at(-3))
    var frames: [PlayedFrame] = []
    for index in 0..<4 {
      #expect(player.due == Self.at(Double(index)))
      frames.append(
        try Self.take(&player, Self.at(Double(index))))
    }
    #expect(player.due == nil)
    #expect(frames.map(\.sequenceNumber) == [0xFFFE, 0xFFFF, 0, 1])
    #expect(frames.map(\.timestamp) == [0xFFFF_FF00, 0xFFFF_FFA0, 0x40, 0xE0])
    #expect(frames.map(\.isFirst) == [true, false, false, false])
    #expect(frames.map { Self.level($0) } == [0, 104, 196, 308])
    withExtendedLifetime(programme) {}
  }

  @Test("Parts follow one another, short sounds are repeated, and the last parts come round")
  func parts() throws {
    let programme = Programme(
      [
        Programme.Part(Self.ramp(3)), Programme.Part(.silence, for: .milliseconds(45)),
        Programme.Part(Self.ramp(2), frames: 3),
      ], returnsTo: 1)
    #expect(programme.frames == 8)
    #expect(programme.length == .milliseconds(160))
    var player = Player(Self.playing(programme, law: .a), leg: 0, now: Self.start)
    let levels = try (0..<14).map { index in
      Self.level(
        try Self.take(&player, Self.at(Double(index))), .a)
    }
    let (zero, one, two) = (Int16(8), Int16(104), Int16(200))
    #expect(
      levels == [zero, one, two, zero, zero, zero, one, zero] + [
        zero, zero, zero, one, zero, zero,
      ])
    withExtendedLifetime(programme) {}
  }

  @Test("A new player goes on where the programme would be, and no number comes twice")
  func resumed() throws {
    let programme = Programme([Programme.Part(Self.ramp(50))])
    var player = Player(Self.playing(programme), leg: 0, now: Self.at(10.4))
    #expect(player.due == Self.at(11))
    let frame = try Self.take(&player, Self.at(11))
    #expect(frame.sequenceNumber == 0xFFFE &+ 11)
    #expect(frame.timestamp == UInt32(0xFFFF_FF00) &+ 11 * 160)
    #expect(Self.level(frame) == 1116)
    #expect(frame.isFirst)
    #expect(Player(Self.playing(programme), leg: 0, now: Self.at(500)).due == nil)
    withExtendedLifetime(programme) {}
  }

  @Test("Frames that nobody hears spend time and no number; the next one is marked (RFC 3551 §4.1)")
  func held() throws {
    let programme = Programme([Programme.Part(Self.ramp(50))])
    var player = Player(Self.playing(programme), leg: 0, now: Self.start)
    for index in 0..<5 {
      let frame = player.takeFrame(now: Self.at(Double(index)), isHeard: index < 2)
      #expect((frame != nil) == (index < 2))
    }
    let frame = try Self.take(&player, Self.at(5))
    #expect(frame.sequenceNumber == 0xFFFE &+ 2)
    #expect(frame.timestamp == UInt32(0xFFFF_FF00) &+ 5 * 160)
    #expect(frame.isFirst)
    withExtendedLifetime(programme) {}
  }

  @Test("A little late, all is sent; very late, what is past is left out")
  func late() throws {
    let programme = Programme([Programme.Part(Self.ramp(200))])
    var player = Player(Self.playing(programme), leg: 0, now: Self.start)
    var count = 0
    while let due = player.due, due <= Self.at(4.5) {
      if player.takeFrame(now: Self.at(4.5), isHeard: true) != nil { count += 1 }
    }
    #expect(count == 5)
    let frame = try Self.take(&player, Self.at(100.5))
    #expect(frame.timestamp == UInt32(0xFFFF_FF00) &+ 100 * 160)
    #expect(frame.sequenceNumber == 0xFFFE &+ 5)
    withExtendedLifetime(programme) {}
  }

  @Test("A programme of nothing is over, and one of too much is cut")
  func bounds() {
    let nothing = Programme([])
    #expect(Player(Self.playing(nothing), leg: 0, now: Self.start).due == nil)
    let empty = Programme([Programme.Part(Sound(samples: []))], returnsTo: 0)
    #expect(Player(Self.playing(empty), leg: 0, now: Self.start).due == nil)
    #expect(Programme(Array(repeating: Programme.Part(.silence), count: 1000)).frames == 64)
  }

  @Test("The milliwatt is the milliwatt in both laws", arguments: G711Law.allCases)
  func milliwatt(_ law: G711Law) {
    let octets = Sound.milliwatt.start(law)
    #expect((0..<160).map { octets[$0] } == (0..<20).flatMap { _ in law.milliwatt })
  }
}
