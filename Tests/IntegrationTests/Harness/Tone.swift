import Foundation

/// A sine tone.
struct Tone {
  var frequency: Double
  /// The amplitude, 1 being full scale.
  var amplitude = 0.5
  var rate = 8000

  func samples(seconds: Double) -> [Int16] {
    (0..<Int(seconds * Double(rate))).map { index in
      let phase = 2 * Double.pi * frequency * Double(index) / Double(rate)
      return Int16(sin(phase) * amplitude * Double(Int16.max))
    }
  }

  /// The amplitude at one frequency in a stretch of sound, 1 being full scale: Goertzel's
  /// algorithm, that is one bin of a discrete Fourier transform.
  static func amplitude(of frequency: Double, in samples: some Collection<Int16>, rate: Int)
    -> Double
  {
    guard !samples.isEmpty else { return 0 }
    let coefficient = 2 * cos(2 * Double.pi * frequency / Double(rate))
    var previous = 0.0
    var beforePrevious = 0.0
    for sample in samples {
      let current =
        Double(sample) / Double(Int16.max) + coefficient * previous - beforePrevious
      beforePrevious = previous
      previous = current
    }
    let power =
      previous * previous + beforePrevious * beforePrevious
      - coefficient * previous * beforePrevious
    return 2 * power.squareRoot() / Double(samples.count)
  }
}
