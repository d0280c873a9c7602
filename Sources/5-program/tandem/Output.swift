import Foundation
import Softswitch

/// Prints a message to standard error.
func complain(_ message: String) {
  FileHandle.standardError.write(Data("tandem: \(message)\n".utf8))
}

/// Prints a value as JSON, keys in order.
func printJSON(_ value: some Encodable, pretty: Bool = true) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting =
    pretty
    ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    : [.sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// Prints rows under a heading, each column as wide as its widest cell.
///
/// Cells hold what strangers sent: characters that a terminal would obey, or that turn the line
/// around, are printed as escapes.
func printTable(_ heading: [String], _ rows: [[String]]) {
  let all = [heading] + rows.map { $0.map(\.printable) }
  let widths = heading.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
  for row in all {
    let cells = zip(row, widths).map { cell, width in
      cell + String(repeating: " ", count: width - cell.count)
    }
    var line = cells.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    print(line)
  }
}

extension Decodable {
  /// From a node's answer.
  init(json bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(bytes))
  }
}
