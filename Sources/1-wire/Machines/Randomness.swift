/// A reproducible source of random numbers for tests and simulations (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// The randomness that a core is given: the system's in production, seeded in a simulation.
public struct Randomness: RandomNumberGenerator {
  private var generator: any RandomNumberGenerator

  /// Unpredictable: tags and branches keep strangers out of dialogs.
  public static var system: Randomness { Randomness(SystemRandomNumberGenerator()) }

  public static func seeded(_ seed: UInt64) -> Randomness {
    Randomness(SeededGenerator(seed: seed))
  }

  public init(_ generator: any RandomNumberGenerator) {
    self.generator = generator
  }

  public mutating func next() -> UInt64 {
    generator.next()
  }

  /// A token of 13 base-32 digits, thus 65 random bits cut to 64.
  ///
  /// RFC 3261 §19.3 asks for at least 32 random bits in a tag.
  public mutating func token() -> String {
    var bits = next()
    return String(unsafeUninitializedCapacity: 13) { buffer in
      for position in 0..<13 {
        buffer[position] = tokenAlphabet[Int(bits & 31)]
        bits >>= 5
      }
      return 13
    }
  }
}

private let tokenAlphabet: [UInt8] = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
