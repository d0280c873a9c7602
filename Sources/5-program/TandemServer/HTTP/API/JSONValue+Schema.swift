// Schemas of the API's documents, in JSON Schema 2020-12 as OpenAPI 3.1 uses it.
extension JSONValue {
  static func text(_ description: String, example: String? = nil) -> JSONValue {
    .described(["type": "string"], description, example: example.map(JSONValue.string))
  }

  static func whole(_ description: String, from minimum: Int = 0) -> JSONValue {
    .described(["type": "integer", "minimum": .integer(minimum)], description)
  }

  static func real(_ description: String) -> JSONValue {
    .described(["type": "number"], description)
  }

  static func flag(_ description: String) -> JSONValue {
    .described(["type": "boolean"], description)
  }

  /// A moment in ISO 8601, UTC.
  static func moment(_ description: String) -> JSONValue {
    .described(
      ["type": "string", "format": "date-time"], description,
      example: "2026-01-31T12:00:00.123Z")
  }

  static func choice(_ values: [String], _ description: String) -> JSONValue {
    .described(["type": "string", "enum": .array(values.map(JSONValue.string))], description)
  }

  static func list(of element: JSONValue, _ description: String) -> JSONValue {
    .described(["type": "array", "items": element], description)
  }

  static func reference(_ schema: String) -> JSONValue {
    ["$ref": .string("#/components/schemas/\(schema)")]
  }

  /// An object whose keys are known. Answers may get further keys one day, so that clients must
  /// pass by those that they do not know.
  static func object(
    _ description: String, _ properties: [String: JSONValue], optional: Set<String> = []
  ) -> JSONValue {
    let required = properties.keys.filter { !optional.contains($0) }.sorted()
    return .described(
      [
        "type": "object", "properties": .object(properties),
        "required": .array(required.map(JSONValue.string)),
      ], description)
  }

  /// An object that takes no other keys.
  static func closed(
    _ description: String, _ properties: [String: JSONValue], optional: Set<String> = []
  ) -> JSONValue {
    object(description, properties, optional: optional)
      .adding(["additionalProperties": false])
  }

  /// One page of a list.
  static func page(of schema: String) -> JSONValue {
    object(
      "One page of a list.",
      [
        "items": .list(of: .reference(schema), "In the list's order."),
        "next": .text("What to give as `after` for the next page; none after the last."),
      ], optional: ["next"])
  }

  func adding(_ others: [String: JSONValue]) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.merging(others) { _, new in new })
  }

  private static func described(
    _ schema: JSONValue, _ description: String, example: JSONValue? = nil
  ) -> JSONValue {
    let described = schema.adding(["description": .string(description)])
    return example.map { described.adding(["examples": [$0]]) } ?? described
  }
}
