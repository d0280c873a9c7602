import Testing

@testable import TandemServer

@Suite("Finding the word that was meant")
struct SpellingTests {
  @Test(
    "Distance counts changes, and a swap is one",
    arguments: [
      ("", "", 0), ("a", "", 1), ("", "ab", 2), ("adress", "address", 1), ("prots", "ports", 1),
      ("kitten", "sitting", 3), ("abc", "abc", 0),
    ])
  func distance(_ left: String, _ right: String, distance: Int) {
    #expect(Spelling.distance(Array(left), Array(right)) == distance)
    #expect(Spelling.distance(Array(right), Array(left)) == distance)
  }

  @Test(
    "Only a near word is offered",
    arguments: [
      ("Listen", "listen"), ("maximum-bindings", "maximumBindings"), ("lisen", "listen"),
      ("colour", nil), ("", nil), ("x", nil), (String(repeating: "l", count: 10_000), nil),
    ])
  func nearest(_ word: String, answer: String?) {
    #expect(
      Spelling.nearest(to: word, among: ["listen", "trusted", "maximumBindings"]) == answer)
  }
}
