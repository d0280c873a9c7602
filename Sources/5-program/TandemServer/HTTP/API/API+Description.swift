extension API {
  /// The API with an operation more, which describes them all and itself.
  static func describing(_ resources: [APIResource], access: APIAccess) -> API {
    func description(_ document: JSONValue) -> APIResource {
      APIResource(
        name: "description", description: "What there is.",
        operations: [
          APIOperation(
            method: .get, path: "/openapi.json", id: "describe",
            summary: "This description.",
            answer: APIAnswer(
              status: .ok, meaning: "OpenAPI 3.1.",
              content: [("application/json", ["type": "object"])])
          ) { _ in try .json(document) }
        ])
    }
    let document = OpenAPIDescription(resources: resources + [description(.null)]).document
    return API(resources: resources + [description(document)], access: access)
  }
}
