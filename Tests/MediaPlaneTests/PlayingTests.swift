import Addressing
import Audio
import Machines
import MediaControl
import RTP
import Testing

@testable import MediaPlane

@Suite("Programmes on the relay")
struct PlayingTests {
  private static func playing(
    _ programme: Programme, law: G711Law = .mu, after wait: Duration = .zero
  ) -> Playing {
    // The bench's steady clock begins here, a moment ago.
    Playing(
      programme: programme, law: law, payloadType: law.rawValue,
      start: Instant(nanoseconds: 1_000_000_000_000) + wait, synchronizationSource: 0x1234_5678,
      sequenceNumber: 100, timestamp: 5000)
  }

  private static let tone = Programme([Programme.Part(.milliwatt)], returnsTo: 0)

  private static func header(_ bytes: [UInt8]) throws -> RTPHeader {
    try RTPHeader(bytes.span.bytes)
  }

  @Test(
    "A tone comes in packets of 20 ms from our port, one after the other",
    arguments: G711Law.allCases)
  func tone(_ law: G711Law) throws {
    let bench = try RelayBench()
    let phone = try Phone()
    let party = try bench.termination(phone.endpoint)
    let stream = StreamID(value: 1)
    bench.relay.play(stream, party, Self.playing(Self.tone, law: law))
    var headers: [RTPHeader] = []
    for _ in 0..<10 {
      let packet = try #require(phone.receive())
      #expect(packet.port == party.ports.rtp)
      #expect(packet.bytes.count == 172)
      #expect(Array(packet.bytes[12..<20]) == law.milliwatt)
      headers.append(try Self.header(packet.bytes))
    }
    #expect(headers.map(\.marker) == [true] + Array(repeating: false, count: 9))
    #expect(headers.allSatisfy { $0.payloadType == law.rawValue })
    #expect(headers.allSatisfy { $0.synchronizationSource == 0x1234_5678 })
    for (before, after) in zip(headers, headers.dropFirst()) {
      #expect(after.sequenceNumber == before.sequenceNumber &+ 1)
      #expect(after.timestamp == before.timestamp &+ 160)
    }
    _ = bench.close(stream)
    bench.settle()
    _ = phone.drain(quiet: 60)
    #expect(phone.drain(quiet: 100) == 0, "after the end nothing comes")
  }

  @Test("What the party says is counted and goes nowhere")
  func counted() throws {
    let bench = try RelayBench()
    let phone = try Phone()
    let party = try bench.termination(phone.endpoint)
    let stream = StreamID(value: 1)
    bench.relay.play(stream, party, Self.playing(Programme([])))
    bench.settle()
    for number in 0..<20 { phone.send(speech(number), to: party.ports.rtp) }
    let report = try #require(bench.close(stream))
    #expect(report.fromCaller.packetsReceived == 20)
    #expect(report.fromCaller.packetsForwarded == 0)
    #expect(report.fromCallee.packetsReceived == 0)
    #expect(phone.drain(quiet: 50) == 0)
    #expect(bench.relay.counters.drops.values.reduce(0, +) == 0)
  }

  @Test("A party on hold hears nothing, then the programme further on, at its new address")
  func hold() throws {
    let bench = try RelayBench()
    let (phone, other) = (try Phone(), try Phone())
    var party = try bench.termination(phone.endpoint)
    let stream = StreamID(value: 1)
    let playing = Self.playing(Self.tone)
    bench.relay.play(stream, party, playing)
    let first = try Self.header(try #require(phone.receive()).bytes)
    party.remote?.receives = false
    bench.relay.play(stream, party, playing)
    bench.settle()
    _ = phone.drain(quiet: 40)
    #expect(phone.drain(quiet: 100) == 0)
    party.remote?.receives = true
    party.remote?.rtp = other.endpoint
    bench.relay.play(stream, party, playing)
    let next = try Self.header(try #require(other.receive()).bytes)
    #expect(next.marker)
    #expect(next.synchronizationSource == first.synchronizationSource)
    let frames = (next.timestamp &- first.timestamp) / 160
    #expect(UInt32(next.sequenceNumber &- first.sequenceNumber) < frames, "no number is missing")
    #expect(phone.drain(quiet: 50) == 0)
    _ = bench.close(stream)
  }

  @Test("Many players on one thread: each hears all of its own programme")
  func many() throws {
    let bench = try RelayBench(pairs: 50)
    let programme = Programme([Programme.Part(.silence, frames: 15)])
    var phones: [Phone] = []
    for number in 0..<40 {
      let phone = try Phone()
      phones.append(phone)
      let party = try bench.termination(phone.endpoint)
      // A second from now by the bench's clock at the most, so that none has begun.
      bench.relay.play(
        StreamID(value: UInt64(number)), party,
        Self.playing(programme, after: .milliseconds(1000 + 7 * number)))
    }
    for phone in phones {
      var numbers: [UInt16] = []
      while numbers.count < 15, let packet = phone.receive() {
        numbers.append(try Self.header(packet.bytes).sequenceNumber)
      }
      // A machine that was held up for 100 ms leaves out what is past, and spends no number on it.
      #expect((1...15).contains(numbers.count))
      #expect(numbers == numbers.indices.map { 100 + UInt16($0) })
    }
    for number in 0..<40 { _ = bench.close(StreamID(value: UInt64(number))) }
  }

  @Test("A phone takes the programme's place, and the programme is over")
  func replaced() throws {
    let bench = try RelayBench()
    let (phone, other) = (try Phone(), try Phone())
    let party = try bench.termination(phone.endpoint)
    let stream = StreamID(value: 1)
    bench.relay.play(stream, party, Self.playing(Self.tone))
    _ = try #require(phone.receive())
    bench.relay.relay(stream, caller: party, callee: try bench.termination(other.endpoint))
    bench.settle()
    _ = phone.drain(quiet: 40)
    for number in 0..<5 { phone.send(speech(number), to: party.ports.rtp) }
    #expect(other.drain(quiet: 150) == 5)
    #expect(phone.drain(quiet: 50) == 0)
    #expect(bench.close(stream)?.fromCaller.packetsForwarded == 5)
  }
}
