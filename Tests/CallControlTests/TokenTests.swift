import CallControl
import Machines
import Testing

@Suite("Names that we create")
struct TokenTests {
  @Test("A token names its call, leg and shard, whatever they are")
  func roundTrip() throws {
    var random = Randomness.seeded(7)
    for index in 0..<200 {
      let call = CallID(
        shard: Shard(UInt16(truncatingIfNeeded: random.next())), number: random.next())
      let leg = LegID(UInt8(index))
      let text = LegToken.make(call, leg, &random)
      #expect(text.utf8.count == 30)
      let token = try #require(LegToken(text))
      #expect(token.call == call && token.leg == leg)
      #expect(LegToken("z9hG4bK" + text) == token)
      #expect(CallID("\(call)") == call)
    }
  }

  @Test(
    "What is not ours is no token",
    arguments: [
      "", "abc", "z9hG4bK", String(repeating: "a", count: 31), String(repeating: "1", count: 30),
    ])
  func strangers(text: String) {
    #expect(LegToken(text) == nil)
  }

  @Test("A Call-ID always hashes to the same shard, and many spread over all")
  func shards() {
    let shards = (0..<20_000).map { Shard(hashing: "call-\($0)@host") }
    #expect(Shard(hashing: "call-1@host") == shards[1])
    #expect(Set(shards).count == Int(Shard.count))
  }
}
