import Foundation

/// Sound in a RIFF WAVE file: one channel of 16-bit linear samples.
struct WaveFile {
  var samples: [Int16]
  var rate: Int

  init(samples: [Int16], rate: Int) {
    self.samples = samples
    self.rate = rate
  }

  init(contentsOf url: URL) throws {
    let bytes = [UInt8](try Data(contentsOf: url))
    func number(_ offset: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
    guard bytes.count >= 12, bytes[0..<4].elementsEqual("RIFF".utf8) else {
      throw TestFailure("\(url.lastPathComponent) is no WAVE file")
    }
    var rate: Int?
    var samples: [Int16]?
    var offset = 12
    while offset + 8 <= bytes.count {
      let name = String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
      let start = offset + 8
      // A program that was killed leaves the length of its data at 0.
      let length = min(number(offset + 4, 4), bytes.count - start)
      if name == "fmt ", length >= 16 {
        guard number(start, 2) == 1, number(start + 2, 2) == 1, number(start + 14, 2) == 16
        else { throw TestFailure("\(url.lastPathComponent) is not 16 bits, one channel") }
        rate = number(start + 4, 4)
      } else if name == "data" {
        samples = stride(from: start, to: start + length - 1, by: 2).map {
          Int16(truncatingIfNeeded: number($0, 2))
        }
      }
      offset = start + length + length % 2
    }
    guard let rate, let samples else {
      throw TestFailure("\(url.lastPathComponent) has no sound")
    }
    self.init(samples: samples, rate: rate)
  }

  func write(to url: URL) throws {
    let length = samples.count * 2
    var data = Data("RIFF".utf8)
    func append(_ value: Int, _ count: Int) {
      for index in 0..<count { data.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
    append(36 + length, 4)
    data.append(contentsOf: "WAVEfmt ".utf8)
    // 16 octets of format: linear PCM, 1 channel, rate, octets a second, octets a frame, bits.
    append(16, 4)
    append(1, 2)
    append(1, 2)
    append(rate, 4)
    append(rate * 2, 4)
    append(2, 2)
    append(16, 2)
    data.append(contentsOf: "data".utf8)
    append(length, 4)
    for sample in samples { append(Int(sample), 2) }
    try data.write(to: url)
  }

  /// The amplitude at one frequency, 1 being full scale, from `start` to `end` in seconds.
  func amplitude(of frequency: Double, from start: Double, to end: Double) -> Double {
    let first = min(Int(start * Double(rate)), samples.count)
    let last = min(Int(end * Double(rate)), samples.count)
    guard first < last else { return 0 }
    return Tone.amplitude(of: frequency, in: samples[first..<last], rate: rate)
  }

  var seconds: Double { Double(samples.count) / Double(rate) }
}
