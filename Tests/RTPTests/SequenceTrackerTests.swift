import RTP
import Testing

@Suite("Sequence numbers, RFC 3550 appendices A.1 and A.3")
struct SequenceTrackerTests {
  static let vectors:
    [(
      name: String, numbers: [UInt16], lost: UInt64, duplicates: UInt64, late: UInt64,
      restarts: UInt64
    )] = [
      ("in order", [1, 2, 3, 4], 0, 0, 0, 0),
      ("two missing", [1, 2, 5, 6], 2, 0, 0, 0),
      ("swapped", [1, 3, 2, 4], 0, 0, 1, 0),
      ("swapped over the start", [10, 9, 11], 0, 0, 1, 0),
      ("swapped over the start and the wrap", [0, 65535, 1], 0, 0, 1, 0),
      ("duplicates hide no loss", [1, 2, 2, 2, 4], 1, 2, 0, 0),
      ("a late packet twice", [1, 4, 2, 2], 1, 1, 1, 0),
      ("over the wrap", [65534, 65535, 0, 1], 0, 0, 0, 0),
      ("a loss over the wrap", [65534, 1], 2, 0, 0, 0),
      ("the largest dropout", [1, 3000], 2998, 0, 0, 0),
      ("one wild number is not counted", [1, 2, 30000, 3], 0, 0, 0, 0),
      ("two in a row restart", [1, 2, 5, 30000, 30001, 30002], 2, 0, 0, 1),
      ("a restart just behind", [1000, 1001, 500, 501, 502], 0, 0, 0, 1),
      ("99 behind is misorder", [1000, 901], 98, 0, 1, 0),
    ]

  @Test("Losses, duplicates and restarts are told apart", arguments: vectors)
  func counts(
    name: String, numbers: [UInt16], lost: UInt64, duplicates: UInt64, late: UInt64,
    restarts: UInt64
  ) {
    var tracker = SequenceTracker(first: numbers[0])
    for number in numbers.dropFirst() { _ = tracker.receive(number) }
    #expect(tracker.lost == lost)
    #expect(tracker.duplicates == duplicates)
    #expect(tracker.late == late)
    #expect(tracker.restarts == restarts)
  }

  @Test(
    "Each bound of appendix A.1 falls on its side",
    arguments: [
      (UInt16(2999), SequenceOutcome.advanced), (3000, .suspect), (65436, .suspect),
      (65437, .late), (65535, .late), (0, .duplicate),
    ])
  func bounds(ahead: UInt16, outcome: SequenceOutcome) {
    var tracker = SequenceTracker(first: 20_000)
    #expect(tracker.receive(20_000 &+ ahead) == outcome)
  }

  @Test("Ten wraps are counted in the extended number (§6.4.1)")
  func wraps() {
    var tracker = SequenceTracker(first: 0)
    for number in 1..<655_360 { _ = tracker.receive(UInt16(truncatingIfNeeded: number)) }
    #expect(tracker.extendedHighest == 655_359)
    #expect(tracker.lost == 0)
  }
}
