import HTTPTypes

/// What a client is told instead of what it asked for: `application/problem+json` (RFC 9457).
struct Problem: Error, Equatable {
  let status: HTTPResponse.Status
  /// What to do about it, in words.
  let detail: String
  /// One word that a program can tell apart: `number-taken`.
  var code: String
  /// The key or parameter that is meant, if it is one.
  var parameter: String?
  /// Beyond the content type.
  var headers: HTTPFields = [:]

  init(
    _ status: HTTPResponse.Status, _ detail: String, code: String? = nil,
    parameter: String? = nil, headers: HTTPFields = [:]
  ) {
    self.status = status
    self.detail = detail
    self.code = code ?? Self.codes[status.code] ?? "problem"
    self.parameter = parameter
    self.headers = headers
  }

  /// A key of the body or a parameter of the query that is not as it should be.
  static func invalid(_ parameter: String, _ detail: String) -> Problem {
    Problem(.badRequest, detail, code: "invalid", parameter: parameter)
  }

  static func notFound(_ detail: String) -> Problem { Problem(.notFound, detail) }

  /// Something is used up for the moment.
  static func busy(_ detail: String) -> Problem {
    Problem(.serviceUnavailable, detail, headers: [.retryAfter: "1"])
  }

  /// The codes of problems that have no better one.
  private static let codes = [
    400: "bad-request", 401: "unauthorized", 403: "forbidden", 404: "not-found",
    405: "method-not-allowed", 406: "not-acceptable", 409: "conflict",
    413: "too-large", 415: "unsupported-media-type", 500: "internal", 503: "unavailable",
  ]
}

extension Problem: Encodable {
  private enum Key: String, CodingKey { case type, title, status, detail, code, parameter }

  /// `type` says that the status tells the sort of problem.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode("about:blank", forKey: .type)
    try container.encode(status.reasonPhrase, forKey: .title)
    try container.encode(status.code, forKey: .status)
    try container.encode(detail, forKey: .detail)
    try container.encode(code, forKey: .code)
    try container.encodeIfPresent(parameter, forKey: .parameter)
  }

  static let mediaType = "application/problem+json"

  static let schema: JSONValue = .closed(
    "What went wrong (RFC 9457).",
    [
      "type": .text("`about:blank`: the status tells the sort of problem."),
      "title": .text("The status in words."),
      "status": ["type": "integer", "minimum": 400, "maximum": 599],
      "detail": .text("What to do about it."),
      "code": .text("One word that a program can tell apart."),
      "parameter": .text("The key or parameter that is meant."),
    ], optional: ["parameter"])
}
