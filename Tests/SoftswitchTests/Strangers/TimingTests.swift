import Machines
import SIP
import Testing

@testable import Softswitch

#if canImport(Glibc)
  import Glibc
#endif

/// Run by `make timing`, by itself: what else the machine does is noise here.
@Suite("What answers cost", .enabled(if: getenv("TANDEM_TIMING") != nil))
struct TimingTests {
  /// The critical value of two samples of 2,000 for a level of 0.001: a machine that is busy with
  /// other things fails it once in a thousand runs (Kolmogorov and Smirnov: 1.95·√(2/n)).
  private static let critical = 1.95 * (2.0 / 2000).squareRoot()

  @Test("2,000 known and 2,000 unknown users are answered in times of one distribution")
  func distribution() throws {
    let subscribers = (0..<2000).map { Subscriber.bench("u\(1000 + $0)", "p\($0)") }
    let bench = try ExchangeBench(subscribers: subscribers)
    var random = Randomness.seeded(7)
    var order = (0..<4000).map { ($0 % 2 == 0, 1000 + $0 / 2) }
    for index in order.indices.dropFirst() {
      order.swapAt(index, Int(random.next() % UInt64(index + 1)))
    }
    // Twice: the first round warms everything up and is thrown away.
    for isWarm in [false, true] {
      var first: [Bool: [Double]] = [:]
      var second: [Bool: [Double]] = [:]
      for (place, (isKnown, number)) in order.enumerated() {
        // Each from an address of its own, so that none is slowed for what others guessed.
        let source = (isWarm ? 4000 : 0) + place
        let phone = try BenchPhone(
          bench, "\(isKnown ? "u" : "v")\(number)", password: "wrong",
          at: "10.\(source / 250).\(source % 250).1:5060")
        let request = phone.registration()
        let (challenged, sent) = time(request, bench)
        let challenge = try sent.response(401)
        let (refused, again) = time(try phone.answering(challenge, request), bench)
        #expect(again.summary == ["401 REGISTER"])
        first[isKnown, default: []].append(challenged)
        second[isKnown, default: []].append(refused)
      }
      guard isWarm else { continue }
      for (name, times) in [("first challenge", first), ("wrong password", second)] {
        let known = (times[true] ?? []).sorted()
        let unknown = (times[false] ?? []).sorted()
        let distance = Self.distance(known, unknown)
        print(
          "\(name): known \(known[1000]) µs, unknown \(unknown[1000]) µs (medians),",
          "distance \(distance), critical \(Self.critical)")
        #expect(known.count == 2000 && unknown.count == 2000)
        #expect(distance < Self.critical, "\(name)")
      }
    }
  }

  private func time(_ request: PhoneRequest, _ bench: ExchangeBench) -> (Double, [Sent]) {
    let bytes = request.bytes
    let clock = ContinuousClock()
    let start = clock.now
    let sent = bench.deliver(bytes, from: request.flow)
    return ((clock.now - start) / .microseconds(1), sent)
  }

  /// The greatest distance between the two samples' distributions.
  static func distance(_ left: [Double], _ right: [Double]) -> Double {
    var (i, j, greatest) = (0, 0, 0.0)
    while i < left.count, j < right.count {
      let value = min(left[i], right[j])
      while i < left.count, left[i] == value { i += 1 }
      while j < right.count, right[j] == value { j += 1 }
      let gap = Double(i) / Double(left.count) - Double(j) / Double(right.count)
      greatest = max(greatest, abs(gap))
    }
    return greatest
  }
}
