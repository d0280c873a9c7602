import HTTPTypes

/// One thing that the API does: how it is asked for, what it takes, what it answers. The routes
/// and the description are made of the same operations, so that neither lacks one of the other.
struct APIOperation: Sendable {
  enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  let method: Method
  /// Below `/api/v1`, with names in braces for segments: `/calls/{id}`.
  let path: String
  /// As client generators name it: `listCalls`.
  let id: String
  let summary: String
  var details: String?
  var query: [APIParameter] = []
  /// What the segments in braces are.
  var segments: [APIParameter] = []
  var body: APIBody?
  let answer: APIAnswer
  /// What else may be answered, beside what every operation may.
  var problems: [Int: String] = [:]
  let perform: @Sendable (APIRequest) async throws -> APIResponse
}

/// A part of the query or a segment of the path.
struct APIParameter: Sendable {
  let name: String
  let schema: JSONValue
  var isRequired = false

  init(_ name: String, _ schema: JSONValue) {
    self.name = name
    self.schema = schema
  }
}

/// What an operation takes as its body.
struct APIBody: Sendable {
  let schema: String
  var mediaTypes = ["application/json"]

  /// RFC 7396.
  static func mergePatch(_ schema: String) -> APIBody {
    APIBody(schema: schema, mediaTypes: ["application/merge-patch+json", "application/json"])
  }
}

/// What an operation answers when all is well.
struct APIAnswer: Sendable {
  let status: HTTPResponse.Status
  let meaning: String
  /// By media type; the first is what a client gets that does not say what it wants.
  var content: [(mediaType: String, schema: JSONValue)] = []

  static func json(
    _ schema: String, _ meaning: String, status: HTTPResponse.Status = .ok
  ) -> APIAnswer {
    APIAnswer(
      status: status, meaning: meaning,
      content: [("application/json", .reference(schema))])
  }
}

/// Operations and documents that belong together.
struct APIResource: Sendable {
  let name: String
  let description: String
  let operations: [APIOperation]
  var schemas: [String: JSONValue] = [:]
}
