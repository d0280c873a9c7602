import Audio

func checkWave(_ octets: [UInt8]) throws(PropertyViolation) {
  guard let file = try? WaveFile(octets) else { return }
  try expectEqual("a file that is read has sound", file.samples.isEmpty, false)
  try expectEqual("a sample has two octets", 2 * file.samples.count <= octets.count - 44, true)
  for law in G711Law.allCases {
    for sample in file.samples {
      // By what it stands for: the µ-law has a zero of each sign.
      let heard = law.decode(law.encode(sample))
      try expectEqual("what was heard is written", law.decode(law.encode(heard)), heard)
    }
  }
}
