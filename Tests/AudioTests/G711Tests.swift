import Audio
import Testing

@Suite("G.711")
struct G711Tests {
  @Test(
    "Every octet decodes to a sample that is written as that octet", arguments: G711Law.allCases)
  func everyOctet(_ law: G711Law) {
    // The µ-law has a zero of each sign; one sample stands for both.
    let expected = (UInt8.min ... .max).map { law == .mu && $0 == 0x7F ? 0xFF : $0 }
    #expect((UInt8.min ... .max).map { law.encode(law.decode($0)) } == expected)
  }

  /// ITU-T G.711, tables 1a, 1b (A-law, of 13 bits) and 2a, 2b (µ-law, of 14 bits), shifted to 16.
  @Test(
    "Ends and middles of the tables' segments",
    arguments: [
      (.mu, 0, 0xFF), (.mu, 3, 0xFF), (.mu, 4, 0xFE), (.mu, -4, 0x7E),
      (.mu, 31 << 2, 0xEF), (.mu, 95 << 2, 0xDF), (.mu, 223 << 2, 0xCF), (.mu, 479 << 2, 0xBF),
      (.mu, 991 << 2, 0xAF), (.mu, 2015 << 2, 0x9F), (.mu, 4063 << 2, 0x8F), (.mu, 32767, 0x80),
      (.mu, -32768, 0x00), (.mu, -(4063 << 2), 0x0F),
      (.a, 0, 0xD5), (.a, -1, 0x55), (.a, 64 << 3, 0xF5), (.a, 128 << 3, 0xE5),
      (.a, 256 << 3, 0x95), (.a, 512 << 3, 0x85), (.a, 1024 << 3, 0xB5), (.a, 2048 << 3, 0xA5),
      (.a, 32767, 0xAA), (.a, -32768, 0x2A),
    ] as [(G711Law, Int, UInt8)])
  func table(_ law: G711Law, _ sample: Int, _ octet: UInt8) {
    #expect(law.encode(Int16(sample)) == octet)
  }

  @Test("A sample comes back within half an interval", arguments: G711Law.allCases)
  func error(_ law: G711Law) {
    let wrong = stride(from: -32_000, through: 32_000, by: 7).filter { sample in
      let back = Int(law.decode(law.encode(Int16(sample))))
      // The widest interval of a segment is a sixteenth of its beginning.
      return abs(back - sample) > 12 + abs(sample) / 32
    }
    #expect(wrong.isEmpty)
  }

  @Test("The digital milliwatt is 3.14 or 3.17 dB below full scale", arguments: G711Law.allCases)
  func milliwatt(_ law: G711Law) {
    let samples = law.milliwatt.map { Double(law.decode($0)) }
    #expect(samples.reduce(0, +) == 0)
    let power = samples.map { $0 * $0 }.reduce(0, +) / 8
    // A sine whose peaks are the largest value has half that value's square.
    // Full scale is the table's last decision value, a virtual one.
    let full = law == .mu ? 8159.0 * 4 : 4096.0 * 8
    let ratio = power / (full * full / 2)
    // 10^(-0.317) and 10^(-0.314), to a twentieth of a decibel.
    let expected = law == .mu ? 0.4819 : 0.4853
    #expect(abs(ratio / expected - 1) < 0.0116, "\(ratio)")
  }
}
