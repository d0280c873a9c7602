import Machines
import Testing

@testable import Softswitch

@Suite("Nonces")
struct NonceTests {
  private let mint = NonceMint(key: Array(repeating: 7, count: 32))
  private let now = WallTime(nanoseconds: 1_800_000_000_123_000_000)

  @Test("A nonce tells when it was issued, and is new each time")
  func readsBack() throws {
    var randomness = Randomness.seeded(1)
    let first = mint.issue(realm: "example.test", now: now, randomness: &randomness)
    let second = mint.issue(realm: "example.test", now: now, randomness: &randomness)
    #expect(first != second)
    #expect(first.utf8.count == 48)
    let nonce = try #require(mint.read(first, realm: "example.test"))
    #expect(nonce.issued == 1_800_000_000_123)
    #expect(mint.read(second, realm: "example.test") != nonce)
  }

  @Test("A nonce that was tampered with anywhere is not ours")
  func forged() {
    var randomness = Randomness.seeded(2)
    let text = mint.issue(realm: "example.test", now: now, randomness: &randomness)
    for place in text.indices {
      var forged = text
      let digit = text[place] == "0" ? "1" : "0"
      forged.replaceSubrange(place...place, with: digit)
      #expect(mint.read(forged, realm: "example.test") == nil)
    }
    let noDigits = String(repeating: "z", count: 48)
    for wrong in ["", "0", text + "00", String(text.dropLast(2)), noDigits] {
      #expect(mint.read(wrong, realm: "example.test") == nil)
    }
  }

  @Test("A nonce holds for one realm and under one key")
  func bound() {
    var randomness = Randomness.seeded(3)
    let text = mint.issue(realm: "example.test", now: now, randomness: &randomness)
    #expect(mint.read(text, realm: "example.org") == nil)
    #expect(NonceMint(key: [1]).read(text, realm: "example.test") == nil)
  }
}

@Suite("Nonce counts")
struct NonceUseTests {
  @Test("Counts that grow are fresh, however far they jump")
  func growing() {
    var use = NonceUse(owner: 1)
    for count: UInt32 in [1, 2, 3, 70, 71, 500, .max] {
      #expect(use.admit(count, request: UInt64(count), by: 1) == .fresh)
    }
  }

  @Test("Requests that overtook each other are fresh once each, in a window of 64")
  func overtaking() {
    var use = NonceUse(owner: 1)
    #expect(use.admit(100, request: 100, by: 1) == .fresh)
    for count: UInt32 in [99, 37, 98] {
      #expect(use.admit(count, request: UInt64(count), by: 1) == .fresh)
      #expect(use.admit(count, request: 0, by: 1) == .replayed)
    }
    #expect(use.admit(36, request: 36, by: 1) == .replayed)
    #expect(use.admit(101, request: 101, by: 1) == .fresh)
    #expect(use.admit(37, request: 37, by: 1) == .replayed)
    #expect(use.admit(38, request: 38, by: 1) == .fresh)
  }

  @Test("The same request with the same count is a retransmission, another one a replay")
  func retransmission() {
    var use = NonceUse(owner: 1)
    #expect(use.admit(1, request: 11, by: 1) == .fresh)
    #expect(use.admit(2, request: 22, by: 1) == .fresh)
    #expect(use.admit(1, request: 11, by: 1) == .retransmission)
    #expect(use.admit(1, request: 22, by: 1) == .replayed)
    #expect(use.admit(2, request: 22, by: 1) == .retransmission)
  }

  @Test("Nobody else uses the counts of a nonce up")
  func owner() {
    var use = NonceUse(owner: 1)
    #expect(use.admit(.max, request: 9, by: 2) == .replayed)
    #expect(use.admit(1, request: 11, by: 1) == .fresh)
  }

  @Test("A window of any history equals a plain set of the counts seen", arguments: 0..<20)
  func againstModel(_ seed: UInt64) {
    var randomness = Randomness.seeded(seed)
    var use = NonceUse(owner: 1)
    var seen: Set<UInt32> = []
    for _ in 0..<500 {
      let top = seen.max() ?? 1
      let low = top > 80 ? top - 80 : 1
      let count = UInt32.random(in: low...(top + 3), using: &randomness)
      let isFresh = !seen.contains(count) && (count > top || top - count < 64)
      let admission = use.admit(count, request: UInt64(count) << 32, by: 1)
      #expect((admission == .fresh) == isFresh)
      if isFresh { seen.insert(count) }
    }
  }
}
