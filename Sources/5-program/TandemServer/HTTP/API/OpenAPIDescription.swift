/// The description of the API in OpenAPI 3.1, made of its operations.
struct OpenAPIDescription {
  let resources: [APIResource]

  var document: JSONValue {
    var schemas: [String: JSONValue] = ["Problem": Problem.schema]
    for resource in resources { schemas.merge(resource.schemas) { _, last in last } }
    return [
      "openapi": "3.1.0",
      "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
      "info": [
        "title": "Tandem", "version": .string(tandemVersion),
        "description": .string(introduction), "license": ["name": "See LICENSE"],
      ],
      "servers": [["url": .string(API.prefix)]],
      "security": [["token": []], .object([:])],
      "tags": .array(
        resources.map { ["name": .string($0.name), "description": .string($0.description)] }),
      "paths": .object(paths),
      "components": [
        "schemas": .object(schemas),
        "securitySchemes": [
          "token": [
            "type": "http", "scheme": "bearer",
            "description": "`http.adminToken` of the node. The machine itself needs none.",
          ]
        ],
      ],
    ]
  }

  private var introduction: String {
    "What an operator asks of a node and tells it. Times are ISO 8601 in UTC, durations are "
      + "seconds, ids are texts. What is changed is in effect when the answer comes. Unknown keys "
      + "and parameters are refused by name; problems are RFC 9457 documents."
  }

  private var paths: [String: JSONValue] {
    var paths: [String: [String: JSONValue]] = [:]
    for resource in resources {
      for operation in resource.operations {
        paths[operation.path, default: [:]][operation.method.rawValue.lowercased()] =
          describe(operation, tag: resource.name)
      }
    }
    return paths.mapValues(JSONValue.object)
  }

  private func describe(_ operation: APIOperation, tag: String) -> JSONValue {
    var members: [String: JSONValue] = [
      "operationId": .string(operation.id), "summary": .string(operation.summary),
      "tags": [.string(tag)], "responses": .object(responses(of: operation)),
    ]
    if let details = operation.details { members["description"] = .string(details) }
    let parameters =
      operation.segments.map { parameter($0, "path", isRequired: true) }
      + operation.query.map { parameter($0, "query", isRequired: $0.isRequired) }
    if !parameters.isEmpty { members["parameters"] = .array(parameters) }
    if let body = operation.body {
      members["requestBody"] = [
        "required": true,
        "content": content(body.mediaTypes.map { ($0, .reference(body.schema)) }),
      ]
    }
    return .object(members)
  }

  private func parameter(
    _ parameter: APIParameter, _ place: JSONValue, isRequired: Bool
  ) -> JSONValue {
    [
      "name": .string(parameter.name), "in": place, "required": .bool(isRequired),
      "schema": parameter.schema,
    ]
  }

  private func responses(of operation: APIOperation) -> [String: JSONValue] {
    var problems = [
      400: "The request is not as described here.", 401: "The token is missing or wrong.",
      403: "Not from there, or not from that page.", 406: "Not to be had in that form.",
      413: "The body is too long.", 415: "The body is not JSON.",
      500: "The node could not do it.", 503: "Not at this moment; try again.",
    ]
    problems.merge(operation.problems) { _, own in own }
    var responses = Dictionary(
      uniqueKeysWithValues: problems.map { status, meaning in
        (
          "\(status)",
          [
            "description": .string(meaning),
            "content": content([(Problem.mediaType, .reference("Problem"))]),
          ] as JSONValue
        )
      })
    var good: JSONValue = ["description": .string(operation.answer.meaning)]
    if !operation.answer.content.isEmpty {
      good = good.adding(["content": content(operation.answer.content)])
    }
    responses["\(operation.answer.status.code)"] = good
    return responses
  }

  private func content(_ types: [(String, JSONValue)]) -> JSONValue {
    .object(Dictionary(types.map { ($0, ["schema": $1]) }) { _, last in last })
  }
}
