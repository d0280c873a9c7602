/// What went wrong, with the logs that tell why.
struct TestFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

extension String {
  /// The last lines, which is where a log tells what went wrong.
  func lastLines(_ count: Int) -> String {
    split(separator: "\n", omittingEmptySubsequences: false).suffix(count)
      .joined(separator: "\n")
  }
}
