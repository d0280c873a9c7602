import Audio
import Testing

@Suite("WAV files")
struct WaveFileTests {
  static func words(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    Array(name.utf8) + words(body.count, 4) + body + (body.count % 2 == 1 ? [0] : [])
  }

  static func format(_ number: Int = 1, channels: Int = 1, rate: Int = 8000, bits: Int = 16)
    -> [UInt8]
  {
    let frame = channels * bits / 8
    return chunk(
      "fmt ",
      words(number, 2) + words(channels, 2) + words(rate, 4) + words(rate * frame, 4)
        + words(frame, 2) + words(bits, 2))
  }

  static func data(_ samples: [Int]) -> [UInt8] {
    chunk("data", samples.flatMap { words($0, 2) })
  }

  static func file(_ chunks: [UInt8]...) -> [UInt8] {
    let body = Array("WAVE".utf8) + chunks.joined()
    return Array("RIFF".utf8) + words(body.count, 4) + body
  }

  @Test("Samples come as they are, past chunks of no interest")
  func plain() throws {
    let octets = Self.file(
      Self.chunk("LIST", [1, 2, 3]), Self.format(), Self.data([0, 1, -1, 32_767, -32_768]))
    #expect(try WaveFile(octets).samples == [0, 1, -1, 32_767, -32_768])
  }

  @Test("Two channels become their mean")
  func stereo() throws {
    let octets = Self.file(Self.format(channels: 2), Self.data([100, 300, -10, -30]))
    #expect(try WaveFile(octets).samples == [200, -20])
  }

  @Test("At twice the rate, what is low stays and what is high goes")
  func twice() throws {
    let low = (0..<64).map { _ in 1000 }
    let high = (0..<64).map { $0 % 2 == 0 ? 1000 : -1000 }
    let format = Self.format(rate: 16_000)
    #expect(
      try WaveFile(Self.file(format, Self.data(low))).samples
        == Array(repeating: 1000, count: 32))
    let filtered = try WaveFile(Self.file(format, Self.data(high))).samples
    #expect(filtered.count == 32)
    #expect(filtered.dropFirst(3).dropLast(3).allSatisfy { $0 == 0 })
  }

  @Test("An extensible header says its format inside, and a pipe's length means the rest")
  func odd() throws {
    let inner = Self.words(22, 2) + Self.words(16, 2) + Self.words(0, 4) + Self.words(1, 2)
    let plain = Array(Self.format(0xFFFE).dropFirst(8))
    let extensible = Self.chunk("fmt ", plain + inner + [UInt8](repeating: 0, count: 14))
    #expect(try WaveFile(Self.file(extensible, Self.data([5]))).samples == [5])
    let endless = Array("data".utf8) + [0xFF, 0xFF, 0xFF, 0xFF, 7, 0, 8, 0]
    #expect(try WaveFile(Self.file(Self.format(), endless)).samples == [7, 8])
  }

  @Test(
    "What cannot be played is told",
    arguments: [
      ([], WaveFault.notWave), (Array("RIFFxxxxAVI ".utf8), .notWave),
      (file(), .incomplete), (file(format()), .incomplete), (file(data([1])), .incomplete),
      (file(format(), data([])), .incomplete),
      (file(format(7, bits: 8), data([1])), .encoding(format: 7, bits: 8)),
      (file(format(3, bits: 32), data([1])), .encoding(format: 3, bits: 32)),
      (file(format(1, bits: 24), data([1])), .encoding(format: 1, bits: 24)),
      (file(format(rate: 44_100), data([1])), .rate(44_100)),
      (file(format(channels: 6), data([1])), .channels(6)),
      (file(format(channels: 0), data([1])), .channels(0)),
      (file(chunk("fmt ", [1, 0])), .cutShort),
      (file(format(), Array("data".utf8) + [9, 0, 0, 0, 1, 0]), .cutShort),
      (file(format(), chunk("data", Array(repeating: 0, count: 9_600_002))), .tooLong),
    ] as [([UInt8], WaveFault)])
  func refused(_ octets: [UInt8], _ fault: WaveFault) {
    #expect(throws: fault) { try WaveFile(octets) }
  }

  @Test("A file cut anywhere, or with any octet of its head changed, is read or refused")
  func damaged() {
    let whole = Self.file(Self.format(), Self.data([1, 2, 3]))
    for count in 0..<whole.count {
      #expect(throws: WaveFault.self) { try WaveFile(Array(whole.prefix(count))) }
    }
    for index in whole.indices {
      for value in [UInt8(0), 1, 0x7F, 0x80, 0xFF] {
        var damaged = whole
        damaged[index] = value
        if let file = try? WaveFile(damaged) { #expect(file.samples.count <= 4) }
      }
    }
  }
}
