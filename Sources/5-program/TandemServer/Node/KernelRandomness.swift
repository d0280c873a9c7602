import CLinux

/// The kernel's random numbers, fetched many at a time: a call takes about ten of them.
struct KernelRandomness: RandomNumberGenerator {
  private var numbers: [UInt64] = []

  mutating func next() -> UInt64 {
    if let number = numbers.popLast() { return number }
    var fresh = [UInt64](repeating: 0, count: 32)
    let filled = fresh.withUnsafeMutableBytes { tandem_random_octets($0.baseAddress, $0.count) }
    // 256 octets are given whole or not at all (getrandom(2)); then the system's own way is taken.
    guard filled == 256 else {
      var system = SystemRandomNumberGenerator()
      return system.next()
    }
    numbers = fresh
    return numbers.removeLast()
  }
}
