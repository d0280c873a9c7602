/// Finding the word that somebody meant.
enum Spelling {
  /// The candidate nearest to a word, unless none is near. Case and separators do not count:
  /// `ring_timeout` is `ringTimeout`.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    let plainWord = plain(word)
    let ranked = candidates.map { (distance: distance(plainWord, plain($0)), candidate: $0) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }),
      best.distance <= max(1, min(plainWord.count, best.candidate.count) / 3)
    else { return nil }
    return best.candidate
  }

  private static func plain(_ word: String) -> [Character] {
    // A key can be as long as the file; no key of ours is longer than this.
    word.lowercased().prefix(64).filter { $0 != "_" && $0 != "-" && $0 != " " }
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let change = left[row] == right[column] ? 0 : 1
        var best = min(
          previous[column] + change, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, beforePrevious[column - 1] + 1)
        }
        current.append(best)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[right.count]
  }
}
