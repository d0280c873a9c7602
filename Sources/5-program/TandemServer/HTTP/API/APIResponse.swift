import Foundation
import HTTPTypes

/// What an operation answers.
struct APIResponse: Sendable {
  var status: HTTPResponse.Status = .ok
  var headers: HTTPFields = [:]
  var body: [UInt8] = []

  static func json(
    _ document: some Encodable, status: HTTPResponse.Status = .ok, location: String? = nil
  ) throws -> APIResponse {
    var headers: HTTPFields = [.contentType: "application/json"]
    if let location { headers[.location] = location }
    return APIResponse(status: status, headers: headers, body: try encoded(document))
  }

  static func text(_ text: String, mediaType: String) -> APIResponse {
    APIResponse(
      headers: [.contentType: mediaType + "; charset=utf-8"], body: Array(text.utf8))
  }

  static let noContent = APIResponse(status: .noContent)

  static func problem(_ problem: Problem) -> APIResponse {
    var headers = problem.headers
    headers[.contentType] = Problem.mediaType
    let body = (try? encoded(problem)) ?? []
    return APIResponse(status: problem.status, headers: headers, body: body)
  }

  /// A page of a list, with the way to the next one (RFC 8288).
  static func page(
    _ page: PageDocument<some Encodable & Sendable>, of request: APIRequest
  ) throws -> APIResponse {
    try json(page).linking(to: page.next, of: request)
  }

  func linking(to next: String?, of request: APIRequest) -> APIResponse {
    guard let next else { return self }
    let path = request.target.prefix { $0 != "?" }
    var query = request.query
    query["after"] = next
    let text = query.sorted { $0.key < $1.key }.map { "\($0.key)=\(queryEscaped($0.value))" }
    var linked = self
    linked.headers[.link] = "<\(path)?\(text.joined(separator: "&"))>; rel=\"next\""
    return linked
  }

  private static func encoded(_ document: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(document))
  }
}

/// One page of a list.
package struct PageDocument<Item: Codable & Sendable>: Codable, Sendable {
  package var items: [Item]
  /// What to ask for after this page; nil after the last.
  package var next: String?
}

/// A text as a part of a query or a segment of a path: only what needs no escape stays as it is.
package func queryEscaped(_ text: String) -> String {
  let plain = CharacterSet(
    charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
  return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
}
