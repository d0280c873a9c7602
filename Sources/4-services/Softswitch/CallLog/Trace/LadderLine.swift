/// One line of a ladder diagram: the time, then a place for each party's upright.
///
/// A line is an array of characters, each of which a terminal draws in one cell.
struct LadderLine {
  private var cells: [Character]

  init(width: Int) {
    cells = Array(repeating: " ", count: width)
  }

  /// What falls outside the line is cut off.
  mutating func put(_ text: String, at column: Int) {
    for (offset, character) in text.enumerated() where cells.indices ~= column + offset {
      cells[column + offset] = character
    }
  }

  mutating func fill(_ columns: Range<Int>, with character: Character) {
    for column in columns where cells.indices ~= column { cells[column] = character }
  }

  /// The text with its middle at the column, moved where it would leave the line.
  mutating func center(_ text: String, at column: Int) {
    let start = column - text.count / 2
    put(text, at: max(0, min(start, cells.count - text.count)))
  }

  subscript(column: Int) -> Character {
    cells.indices ~= column ? cells[column] : " "
  }

  /// Without the blanks at its end.
  var text: String {
    String(cells[..<((cells.lastIndex { $0 != " " } ?? -1) + 1)])
  }
}
