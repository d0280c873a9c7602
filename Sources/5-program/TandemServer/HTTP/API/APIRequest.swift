import Foundation

/// A request for an operation, with what is in it taken apart.
struct APIRequest: Sendable {
  /// By the names in the operation's path, escapes undone.
  var segments: [String: String] = [:]
  /// By name; only what the operation knows.
  var query: [String: String] = [:]
  var body: JSONValue?
  /// The media type that the client wants, of those that the operation has.
  var mediaType = "application/json"
  /// The path and query as they came, for links.
  var target = ""

  subscript(segment name: String) -> String { segments[name] ?? "" }

  // MARK: Pages

  static let maximumPage = 1000
  static let usualPage = 100

  /// How many items the page may have.
  func limit() throws(Problem) -> Int {
    guard let text = query["limit"] else { return Self.usualPage }
    guard let limit = Int(text), (1...Self.maximumPage).contains(limit) else {
      throw .invalid("limit", "limit is a number from 1 to \(Self.maximumPage)")
    }
    return limit
  }

  static let paging = [
    APIParameter(
      "limit",
      [
        "type": "integer", "minimum": 1, "maximum": .integer(maximumPage),
        "default": .integer(usualPage), "description": "The most items of the page.",
      ]),
    APIParameter(
      "after",
      JSONValue.text("The `next` of the page before.").adding(["pattern": "^[A-Za-z0-9_-]+$"])),
  ]

  /// A moment of the query, in nanoseconds since the Unix epoch.
  func moment(_ name: String) throws(Problem) -> Int64? {
    guard let text = query[name] else { return nil }
    guard let moment = nanoseconds(iso8601: text) else {
      throw .invalid(
        name, "\(name) is no moment; write 2026-01-31 or 2026-01-31T12:00:00Z")
    }
    return moment
  }

  func choice<Value: RawRepresentable & CaseIterable>(
    _ name: String, _ standard: Value
  ) throws(Problem) -> Value where Value.RawValue == String {
    guard let text = query[name] else { return standard }
    guard let value = Value(rawValue: text) else {
      let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalid(name, "\(name) is one of \(names)")
    }
    return value
  }
}

/// A moment as people write it, `2026-01-31` or `2026-01-31T12:00:00Z`, in nanoseconds since the
/// Unix epoch. Nil for what is none, or so far off that it cannot be counted.
package func nanoseconds(iso8601 text: String) -> Int64? {
  let style = Date.ISO8601FormatStyle()
  let parsed =
    (try? style.parse(text))
    ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
    ?? (try? style.year().month().day().parse(text))
  guard let seconds = parsed?.timeIntervalSince1970, abs(seconds) < 9_000_000_000 else {
    return nil
  }
  return Int64((seconds * 1_000_000).rounded()) * 1000
}
