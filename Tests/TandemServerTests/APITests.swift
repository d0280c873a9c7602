import Addressing
import Foundation
import HTTPTypes
import Testing

@testable import TandemServer

/// The API's frame, with operations of its own.
@Suite("What every operation of the API has in common")
struct APITests {
  private static let echo = APIOperation(
    method: .post, path: "/things/{id}", id: "echo", summary: "Gives back.",
    query: [APIParameter("color", ["type": "string"])] + APIRequest.paging,
    segments: [APIParameter("id", ["type": "string"])], body: APIBody(schema: "Thing"),
    answer: .json("Thing", "It.")
  ) { request in
    _ = try request.limit()
    _ = try RequestDocument(request.body, known: ["name", "number"]).text("name")
    return .text("\(request[segment: "id"]) \(request.query["color"] ?? "-")", mediaType: "text/x")
  }

  private static let list = APIOperation(
    method: .get, path: "/things", id: "list", summary: "All.",
    answer: APIAnswer(
      status: .ok, meaning: "All.",
      content: [("application/json", [:]), ("text/csv", [:]), ("text/plain", [:])])
  ) { request in .text(request.mediaType, mediaType: "text/x") }

  private struct Answer {
    var status = 0
    var text = ""
    var parameter: String?
    var headers: HTTPFields = [:]
  }

  private func ask(
    _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], _ body: String = ""
  ) async throws -> Answer {
    let api = API.describing(
      [APIResource(name: "things", description: "", operations: [Self.echo, Self.list])],
      access: APIAccess(token: nil))
    var caller = APICaller()
    caller.source = IPAddress("127.0.0.1")
    caller.host = "localhost"
    let head = HTTPRequest(
      method: method, scheme: nil, authority: "localhost", path: path, headerFields: headers)
    do {
      let answer = try await api.respond(to: head, from: caller) { limit in
        body.utf8.count <= limit ? Array(body.utf8) : nil
      }
      return Answer(
        status: answer.status.code, text: String(decoding: answer.body, as: UTF8.self),
        headers: answer.headers)
    } catch let problem as Problem {
      return Answer(
        status: problem.status.code, text: problem.detail, parameter: problem.parameter,
        headers: problem.headers)
    }
  }

  private let json: HTTPFields = [.contentType: "application/json; charset=utf-8"]

  @Test("A segment and a query come with their escapes undone")
  func segments() async throws {
    let answer = try await ask(.post, "/api/v1/things/a%20b%2Fc?color=r%C3%A9d+x", json, "{}")
    #expect(answer.text == "a b/c réd x")
  }

  @Test("A path that is not there is 404, a method that it does not take 405 with those it takes")
  func finding() async throws {
    for path in ["/api/v1", "/api/v1/", "/api/v1/thing", "/api/v1/things/", "/api/v1/things/a/b"] {
      #expect(try await ask(.get, path).status == 404, "\(path)")
    }
    #expect(try await ask(.post, "/api/v1/things/%ff", json, "{}").status == 404)
    let answer = try await ask(.delete, "/api/v1/things")
    #expect(answer.status == 405)
    #expect(answer.headers[.allow] == "GET, HEAD")
    #expect(try await ask(.head, "/api/v1/things").status == 200)
  }

  @Test(
    "What is unknown or senseless is refused by name",
    arguments: [
      ("?colour=red", "{}", "colour"), ("?color=a&color=b", "{}", "color"),
      ("?limit=0", "{}", "limit"), ("?limit=1001", "{}", "limit"), ("?limit=x", "{}", "limit"),
      ("", #"{"nome": 1}"#, "nome"), ("", #"{"name": 1}"#, "name"),
    ])
  func names(query: String, body: String, parameter: String) async throws {
    let answer = try await ask(.post, "/api/v1/things/a" + query, json, body)
    #expect(answer.status == 400)
    #expect(answer.parameter == parameter)
    #expect(answer.text.contains(parameter))
  }

  @Test(
    "A body that is no JSON object is refused",
    arguments: ["", "x", "[]", "1", "{", "\u{0}", #"{"a":}"#])
  func bodies(body: String) async throws {
    #expect(try await ask(.post, "/api/v1/things/a", json, body).status == 400)
  }

  @Test("A body that nests deeply is refused before it is read")
  func deepBodies() async throws {
    let deep = String(repeating: "[", count: 60_000)
    #expect(try await ask(.post, "/api/v1/things/a", json, deep).text.contains("nests"))
    // Brackets in a text are none.
    let text = #"{"name": "\"[[[[[[[[[[[[[[[[[[[["}"#
    #expect(try await ask(.post, "/api/v1/things/a", json, text).status == 200)
  }

  @Test("A body that is too long is 413")
  func longBodies() async throws {
    let long = "{\"name\": \"" + String(repeating: "a", count: API.maximumBody) + "\"}"
    #expect(try await ask(.post, "/api/v1/things/a", json, long).status == 413)
  }

  @Test(
    "What a page of another site can send without asking is no body of ours",
    arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; b=1", ""])
  func mediaTypes(type: String) async throws {
    let answer = try await ask(.post, "/api/v1/things/a", [.contentType: type], "{}")
    #expect(answer.status == 415)
    #expect(try await ask(.post, "/api/v1/things/a", [:], "{}").status == 415)
  }

  @Test(
    "The client chooses the form by Accept",
    arguments: [
      ("*/*", "application/json"), ("text/csv", "text/csv"), ("text/*", "text/csv"),
      ("text/csv;q=0.5, text/plain", "text/plain"), ("text/csv;q=0, */*;q=0.1", "application/json"),
      ("image/png", nil), ("", "application/json"), ("text/csv;q=x", nil),
    ])
  func accept(accept: String, chosen: String?) async throws {
    let answer = try await ask(.get, "/api/v1/things", [.accept: accept])
    #expect(answer.status == (chosen == nil ? 406 : 200))
    if let chosen { #expect(answer.text == chosen) }
  }

  @Test("The description holds every operation, and itself")
  func description() async throws {
    let answer = try await ask(.get, "/api/v1/openapi.json")
    let document = try JSONDecoder().decode(
      JSONValue.self, from: Data(answer.text.utf8))
    guard case .object(let members) = document, case .object(let paths)? = members["paths"] else {
      Issue.record("no paths")
      return
    }
    #expect(Set(paths.keys) == ["/things", "/things/{id}", "/openapi.json"])
  }

  @Test("A cursor is given back as it was, and another text is none")
  func cursors() {
    for parts in [["a"], ["ü", "", "sip:a@b;x=1?y"], ["", ""]] {
      #expect(Cursor.parts(Cursor.text(parts), count: parts.count) == parts)
      #expect(Cursor.parts(Cursor.text(parts), count: parts.count + 1) == nil)
    }
    for text in ["!", "a", "_w", "%", " "] { #expect(Cursor.parts(text, count: 1) == nil) }
  }

  @Test("A budget gives out no more places than it has, and takes them back")
  func budget() {
    let budget = APIBudget(maximum: 2)
    let first = budget.take()
    let second = budget.take()
    #expect(first != nil && second != nil)
    #expect(budget.take() == nil)
    first?.release()
    first?.release()
    let third = budget.take()
    #expect(third != nil)
    #expect(budget.take() == nil)
    withExtendedLifetime((second, third)) {}
  }

  @Test(
    "Moments are read as people write them, and none that cannot be counted",
    arguments: [
      ("2026-01-31", 1_769_817_600_000_000_000),
      ("2026-01-31T12:00:00Z", 1_769_860_800_000_000_000),
      ("2026-01-31T12:00:00.250Z", 1_769_860_800_250_000_000), ("9999-12-31", nil),
      ("999999-01-01", nil), ("yesterday", nil), ("", nil),
    ])
  func moments(text: String, expected: Int64?) {
    #expect(nanoseconds(iso8601: text) == expected)
  }
}
