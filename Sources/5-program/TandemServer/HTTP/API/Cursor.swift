import Foundation

/// Where a page of a list ended, as a text that clients give back and do not look into.
enum Cursor {
  /// - Parameter parts: what the list is ordered by.
  static func text(_ parts: [String]) -> String {
    let bytes = parts.map { Array($0.utf8) }.joined(separator: [0])
    return Data(bytes).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Nil for a text that is none of ours.
  static func parts(_ text: String, count: Int) -> [String]? {
    let standard = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: standard + padding) else { return nil }
    let parts = data.split(separator: 0, omittingEmptySubsequences: false)
      .map { String(validating: $0, as: UTF8.self) }
    guard parts.count == count, parts.allSatisfy({ $0 != nil }) else { return nil }
    return parts.compactMap { $0 }
  }

  /// What `after` in a query says.
  static func after(_ request: APIRequest, count: Int) throws(Problem) -> [String]? {
    guard let text = request.query["after"] else { return nil }
    guard let parts = parts(text, count: count) else {
      throw .invalid("after", "after is the next of an earlier page")
    }
    return parts
  }
}
