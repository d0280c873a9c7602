import Machines
import Testing

@testable import Journaling

@Suite("Damage")
struct DamageTests {
  private static let texts = ["one", "", "three", "four four four"]

  /// A small journal, its only segment and where in it each record ends.
  private func sample() throws -> (fixture: JournalFixture, segment: SegmentNumber, ends: [Int]) {
    let fixture = try JournalFixture()
    let segment = fixture.journal.current
    let ends = try Self.texts.map { text in
      fixture.tick(text)
      return try fixture.disk.length(of: segment)
    }
    return (fixture, segment, ends)
  }

  @Test("Cut at any octet, a journal gives exactly the records that are whole, and says so")
  func cutAnywhere() throws {
    let (original, segment, ends) = try sample()
    let bytes = try original.disk.read(segment, limit: .max)
    let opening = SegmentHeader.length + Frame.headerLength + 4
    let whole = [SegmentHeader.length, opening] + ends
    for length in 0..<bytes.count {
      try original.disk.cut(segment, to: length)
      let (texts, damage) = try recover(original.disk)
      #expect(texts == Array(Self.texts.prefix(ends.count { $0 <= length })))
      let isWhole = whole.contains(length)
      #expect(damage.isEmpty == isWhole)
      if !isWhole {
        let good = length < SegmentHeader.length ? 0 : whole.last { $0 < length } ?? 0
        let reason: JournalDamage.Reason = length < SegmentHeader.length ? .header : .cut
        #expect(
          damage.places == [
            JournalDamage.Place(
              segment: segment, offset: good, bytes: length - good, reason: reason, isTail: true)
          ])
      }
      try original.disk.remove(segment)
      try original.disk.create(segment)
      try original.disk.append(bytes, to: segment)
    }
  }

  @Test("A flipped bit anywhere costs what follows it in its segment, and is never read as data")
  func flippedAnywhere() throws {
    let (fixture, segment, ends) = try sample()
    let count = try fixture.disk.length(of: segment)
    for offset in 0..<count {
      for bit in [0, 3, 7] {
        fixture.disk.flip(segment, at: offset, 1 << bit)
        let (texts, damage) = try recover(fixture.disk)
        let good = offset < SegmentHeader.length ? 0 : ends.count { $0 <= offset }
        #expect(texts == Array(Self.texts.prefix(good)), "octet \(offset), bit \(bit)")
        #expect(damage.places.count == 1)
        fixture.disk.flip(segment, at: offset, 1 << bit)
      }
    }
    #expect(try recover(fixture.disk).texts == Self.texts)
  }

  @Test("Random octets after a good header are damage or nothing, never a trap")
  func noise() throws {
    var generator = SeededGenerator(seed: 4)
    let (fixture, segment, ends) = try sample()
    for _ in 0..<2_000 {
      let tail = (0..<Int(generator.next() % 60)).map { _ in
        UInt8(truncatingIfNeeded: generator.next() & (generator.next() % 2 == 0 ? 0xFF : 0x01))
      }
      try fixture.disk.cut(segment, to: ends[3])
      try fixture.disk.append(tail, to: segment)
      let (texts, damage) = try recover(fixture.disk)
      #expect(texts == Self.texts)
      #expect(damage.places.map(\.bytes) == (tail.isEmpty ? [] : [tail.count]))
    }
  }

  @Test("An absurd length is damage", arguments: [UInt32.max, 0x8000_0000, 0x0400_0001, 1000])
  func absurdLength(length: UInt32) throws {
    let (fixture, segment, ends) = try sample()
    var frame = [UInt8](repeating: 0, count: Frame.headerLength)
    frame.store(length, at: 0)
    try fixture.disk.append(frame, to: segment)
    let (texts, damage) = try recover(fixture.disk)
    #expect(texts == Self.texts)
    #expect(damage.places.map(\.offset) == [ends[3]])
  }

  @Test("Damage in an earlier segment costs the rest of that segment only")
  func middle() throws {
    let fixture = try JournalFixture()
    fixture.tick("a")
    let good = try fixture.disk.length(of: fixture.journal.current)
    fixture.tick("b", "c")
    let damaged = fixture.journal.current
    try fixture.restart(after: .process)
    fixture.tick("d")
    fixture.disk.flip(damaged, at: good + Frame.headerLength, 1)
    let (texts, damage) = try recover(fixture.disk)
    #expect(texts == ["a", "d"])
    #expect(
      damage.places == [
        JournalDamage.Place(
          segment: damaged, offset: good, bytes: 2 * (Frame.headerLength + 1), reason: .checksum,
          isTail: false)
      ])
  }

  @Test("A segment that the disk cannot read, or whose header is bad, costs itself only")
  func badSegment() throws {
    let fixture = try JournalFixture()
    for text in ["a", "b", "c"] {
      fixture.tick(text)
      try fixture.restart(after: .process)
    }
    let segments = try fixture.disk.segments()
    fixture.disk.unreadable = segments[0]
    fixture.disk.flip(segments[1], at: 20, 0x10)
    let (texts, damage) = try recover(fixture.disk)
    #expect(texts == ["c"])
    #expect(
      damage.places.map(\.reason) == [
        .unreadable(.system(call: "read", code: JournalFault.inputOutputError)), .header,
      ])
  }

  @Test("What a newer program wrote is left alone")
  func newerFormat() throws {
    let (fixture, segment, _) = try sample()
    var bytes = try fixture.disk.read(segment, limit: .max)
    bytes.store(UInt16(2), at: 8)
    bytes.store(Checksum.crc32c(bytes, in: 0..<40), at: 40)
    try fixture.disk.remove(segment)
    try fixture.disk.create(segment)
    try fixture.disk.append(bytes, to: segment)
    #expect(throws: JournalFault.unknownFormat(segment, 2)) { try recover(fixture.disk) }
    #expect(throws: JournalFault.unknownFormat(segment, 2)) {
      try JournalFixture(disk: fixture.disk)
    }
  }
}
