import Softswitch
import Storage

// Who is where.
extension APIServices {
  var registrations: APIResource {
    APIResource(
      name: "registrations", description: "Where the subscribers' phones are.",
      operations: [listRegistrations, removeRegistration],
      schemas: [
        "Registration": RegistrationDocument.schema, "Registrations": .page(of: "Registration"),
      ])
  }

  private var listRegistrations: APIOperation {
    APIOperation(
      method: .get, path: "/registrations", id: "listRegistrations",
      summary: "The contacts that are registered.",
      query: [
        APIParameter("subscriber", .text("Only those of this one.", example: "alice@example.test"))
      ] + APIRequest.paging,
      answer: .json("Registrations", "By domain, user and contact.")
    ) { request in
      let limit = try request.limit()
      var after: BindingPlace?
      if let text = request.query["after"] {
        after = BindingPlace(registration: text)
        if after == nil { throw Problem.invalid("after", "after is the next of an earlier page") }
      }
      let place = after
      let subscriber = request.query["subscriber"]
      let found = try await waiting {
        let owner = try subscriber.map { try provisioning.address($0) }
        return try store.bindings(
          liveAt: NodeClock().now.wall.nanoseconds, of: owner.map { ($0.user, $0.domain) },
          after: place, limit: limit + 1)
      }
      let page = page(found.map(RegistrationDocument.init), of: limit, next: \.id)
      return try .page(page, of: request)
    }
  }

  private var removeRegistration: APIOperation {
    APIOperation(
      method: .delete, path: "/registrations/{id}", id: "removeRegistration",
      summary: "Take a contact away: no call goes there from now on.",
      details: "A phone that still has the password comes back when it next registers. Calls in "
        + "progress go on.",
      segments: [APIParameter("id", .text("As the list has it."))],
      answer: APIAnswer(status: .noContent, meaning: "It is gone, and that is on record."),
      problems: [404: "There is none of this name."]
    ) { request in
      guard let place = BindingPlace(registration: request[segment: "id"]) else {
        throw Problem.notFound("this is no id of a registration")
      }
      let address = AddressOfRecord(user: place.user, domain: place.domain)
      switch await node.removeBinding(place.contact, of: address) {
      case .removed(0): throw Problem.notFound("there is no such registration")
      case .removed: return .noContent
      case .notRecorded: throw Problem.busy("the database does not take the change")
      case .busy: throw Problem.busy("too many changes of this subscriber wait already")
      }
    }
  }
}

extension RegistrationDocument {
  fileprivate static let schema: JSONValue = .object(
    "A contact that a phone has registered.",
    [
      "id": .text("What names it here."), "user": .text("The part of the subscriber before the @."),
      "domain": .text("The part after it."), "contact": .text("The contact's URI."),
      "transport": .text("`udp`, `tcp`."),
      "received": .text("Where the REGISTER came from.", example: "192.0.2.7:5060"),
      "registered": .moment("When it was last registered."),
      "expires": .moment("When it ends unless it is refreshed."),
      "q": JSONValue.real("Preference among the subscriber's contacts.")
        .adding(["minimum": 0, "maximum": 1]),
      "userAgent": .text("What the phone calls itself."),
      "instance": .text("Which phone it is (RFC 5626)."),
      "flow": .whole("Which of the phone's flows it is, its `reg-id` (RFC 5626)."),
      "path": .list(
        of: .text("A proxy."), "What requests to the contact go through (RFC 3327)."),
    ], optional: ["userAgent", "instance", "flow", "path"])
}
