import Foundation

/// A table of measurements in docs/durability.md, between two markers.
struct MatrixTable {
  private let name: String

  static let matrix = MatrixTable(name: "crash matrix")
  static let overTCP = MatrixTable(name: "crash matrix over tcp")
  static let held = MatrixTable(name: "held calls")

  private static let path = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "docs/durability.md")

  /// Puts the text in place of what stands between the markers.
  func write(_ text: String) throws {
    let document = try String(contentsOf: Self.path, encoding: .utf8)
    guard let begin = document.firstRange(of: "<!-- \(name): begin -->\n"),
      let end = document.firstRange(of: "<!-- \(name): end -->"),
      begin.upperBound <= end.lowerBound
    else { throw TestFailure("docs/durability.md has no place for the \(name)") }
    let new = document[..<begin.upperBound] + text + document[end.lowerBound...]
    try String(new).write(to: Self.path, atomically: true, encoding: .utf8)
  }

  /// A row a state, a column a kill.
  static func text(_ columns: [(crash: Crash, costs: MatrixRun.Costs)]) -> String {
    var text = "| state |" + columns.map { " \($0.crash.heading) |" }.joined() + "\n"
    text += "|---|" + columns.map { _ in "---|" }.joined() + "\n"
    for (index, row) in (columns.first?.costs ?? []).enumerated() {
      text += "| \(row.state) |"
      text += columns.map { " \($0.costs[index].cell.text) |" }.joined() + "\n"
    }
    return text
  }
}

extension Crash {
  fileprivate var heading: String {
    switch self {
    case .worker: "the worker"
    case .keeper: "the keeper"
    case .both: "both, started again"
    }
  }
}

extension MatrixCell {
  /// Such as `0 of 10; 10 + 20 records`.
  fileprivate var text: String {
    var text = "\(lost) of \(calls)"
    if records > 0 {
      text += "; \(records)" + (children > 0 ? " + \(children)" : "")
      text += records + children == 1 ? " record" : " records"
    }
    if let gap { text += "; gap \(gap.wholeMilliseconds) ms" }
    return text
  }
}

extension Duration {
  var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
