import Machines
import RTP
import Testing

@Suite("Receiver statistics, RFC 3550 §6.4")
struct ReceiverStatisticsTests {
  private func header(
    _ number: Int, timestamp: Int? = nil, source: UInt32 = 1, payloadType: UInt8 = 0
  ) throws -> RTPHeader {
    try RTPHeader(
      reading: PacketBuilder.rtp(
        payloadType: payloadType, sequenceNumber: UInt16(truncatingIfNeeded: number),
        timestamp: UInt32(truncatingIfNeeded: timestamp ?? number * 160), source: source))
  }

  private func milliseconds(_ count: Double) -> Instant {
    Instant(nanoseconds: Int64(count * 1_000_000))
  }

  @Test("Packets at an even pace have no jitter")
  func evenPace() throws {
    var statistics = ReceiverStatistics()
    for number in 0..<100 {
      statistics.receive(
        try header(number), payloadOctets: 160, at: milliseconds(Double(number) * 20))
    }
    #expect(statistics.packets == 100)
    #expect(statistics.octets == 16_000)
    #expect(statistics.jitterNanoseconds == 0)
    #expect(statistics.lost == 0)
    #expect(statistics.sources == 1)
  }

  @Test("The jitter equals appendix A.8 computed in clock units")
  func appendixA8() throws {
    var statistics = ReceiverStatistics()
    var random = SeededGenerator(seed: 8)
    var expected = 0.0
    var transit: Double?
    for number in 0..<500 {
      let arrival = Double(number) * 20 + Double.random(in: 0..<10, using: &random)
      statistics.receive(try header(number), payloadOctets: 160, at: milliseconds(arrival))
      let now = arrival * 8 - Double(number) * 160
      if let transit { expected += (abs(now - transit) - expected) / 16 }
      transit = now
    }
    #expect(expected > 10)
    #expect(abs(Double(statistics.jitter(clockRate: 8000)) - expected) < 1.5)
  }

  @Test("A source that alternates by 4 ms settles at 4 ms")
  func alternation() throws {
    var statistics = ReceiverStatistics()
    for number in 0..<400 {
      let arrival = Double(number) * 20 + (number % 2 == 0 ? 0 : 4)
      statistics.receive(try header(number), payloadOctets: 160, at: milliseconds(arrival))
    }
    #expect(abs(statistics.jitterNanoseconds - 4_000_000) < 10_000)
  }

  @Test(
    "The clock of a dynamic payload type is found",
    arguments: [
      8_000, 16_000, 24_000, 32_000, 44_100, 48_000, 90_000,
    ])
  func dynamicClock(rate: Int) throws {
    var statistics = ReceiverStatistics()
    for number in 0..<400 {
      let arrival = Double(number) * 20 + (number % 2 == 0 ? 0 : 4)
      statistics.receive(
        try header(number, timestamp: number * rate / 50, payloadType: 111), payloadOctets: 80,
        at: milliseconds(arrival))
    }
    #expect(abs(statistics.jitterNanoseconds - 4_000_000) < 20_000)
  }

  @Test("Repetitions of a telephone event are no jitter (RFC 4733 §2.5.1)")
  func telephoneEvent() throws {
    var statistics = ReceiverStatistics(dynamicClockRate: 8000)
    for number in 0..<300 {
      let isEvent = (100..<120).contains(number)
      statistics.receive(
        try header(
          number, timestamp: isEvent ? 100 * 160 : number * 160, payloadType: isEvent ? 101 : 0),
        payloadOctets: 160, at: milliseconds(Double(number) * 20))
    }
    #expect(statistics.jitterNanoseconds == 0)
    #expect(statistics.lost == 0)
  }

  @Test("Interleaved sources are followed each for itself")
  func interleaved() throws {
    var statistics = ReceiverStatistics()
    for number in 0..<100 where number != 50 {
      let arrival = milliseconds(Double(number) * 20)
      statistics.receive(try header(number, source: 1), payloadOctets: 1, at: arrival)
      statistics.receive(try header(40_000 + number, source: 2), payloadOctets: 1, at: arrival)
    }
    #expect(statistics.sources == 2)
    #expect(statistics.lost == 2)
    #expect(statistics.jitterNanoseconds == 0)
  }

  @Test("A fifth source folds the one that was silent longest, losses kept")
  func folding() throws {
    var statistics = ReceiverStatistics()
    for source in 1...6 {
      let start = Double(source) * 1000
      for number in [1, 2, 4] {
        statistics.receive(
          try header(number, source: UInt32(source)), payloadOctets: 1,
          at: milliseconds(start + Double(number) * 20))
      }
    }
    #expect(statistics.sources == 6)
    #expect(statistics.lost == 6)
    #expect(statistics.packets == 18)
  }

  @Test("Any packets in any order leave sane numbers", arguments: 1...20)
  func noise(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var statistics = ReceiverStatistics()
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { index -> UInt8 in
        index == 0 ? 0x80 | UInt8.random(in: 0...63, using: &random) : random.octet
      }
      guard let header = try? RTPHeader(reading: bytes) else { continue }
      let arrival = Instant(nanoseconds: Int64(truncatingIfNeeded: random.next()))
      statistics.receive(header, payloadOctets: bytes.count - header.payloadOffset, at: arrival)
    }
    #expect(statistics.jitterNanoseconds >= 0)
    #expect(statistics.packets > 100)
  }
}

extension SeededGenerator {
  fileprivate var octet: UInt8 {
    mutating get { UInt8(truncatingIfNeeded: next()) }
  }
}
