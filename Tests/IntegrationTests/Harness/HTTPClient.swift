import Foundation

/// Asks a node's HTTP interface, and keeps what it answered.
struct HTTPClient {
  struct Answer {
    let status: Int
    /// By name in lower case.
    let headers: [String: String]
    let body: String

    func json() throws -> [String: Any] {
      let value = try JSONSerialization.jsonObject(with: Data(body.utf8))
      guard let object = value as? [String: Any] else { throw TestFailure("no object: \(body)") }
      return object
    }

    func items() throws -> [[String: Any]] {
      guard let items = try json()["items"] as? [[String: Any]] else {
        throw TestFailure("no items: \(body)")
      }
      return items
    }
  }

  let port: Int

  /// A body is sent as JSON unless the headers say otherwise.
  func ask(
    _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
  ) throws -> Answer {
    var fields = ["Host": "127.0.0.1:\(port)", "Connection": "close"]
    if let body {
      fields["Content-Type"] = "application/json"
      fields["Content-Length"] = "\(body.utf8.count)"
    }
    fields.merge(headers) { $1 }
    let head =
      "\(method) \(path) HTTP/1.1\r\n"
      + fields.map { "\($0): \($1)\r\n" }.joined() + "\r\n"
    guard let text = HTTPProbe.exchange(head + (body ?? ""), host: "127.0.0.1", port: port) else {
      throw TestFailure("\(method) \(path) is not answered")
    }
    return try parse(text)
  }

  private func parse(_ text: String) throws -> Answer {
    guard let end = text.firstRange(of: "\r\n\r\n") else { throw TestFailure("no head: \(text)") }
    let lines = text[..<end.lowerBound].split(separator: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { throw TestFailure("no status: \(text)") }
    let fields = lines.dropFirst().compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      return (line[..<colon].lowercased(), value)
    }
    return Answer(
      status: status, headers: Dictionary(fields) { $1 }, body: String(text[end.upperBound...]))
  }
}
