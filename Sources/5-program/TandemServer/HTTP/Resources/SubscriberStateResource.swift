import Softswitch
import Storage

// What subscribers' phones have told the node, and what it keeps for them.
extension APIServices {
  var subscriberState: APIResource {
    APIResource(
      name: "state",
      description: "Presence, the messages that are kept for somebody, and who watches whom.",
      operations: [getPresence, listMessages, removeMessage, listSubscriptions],
      schemas: [
        "Presence": PresenceDocument.schema, "Message": MessageDocument.schema,
        "Messages": .page(of: "Message"), "Subscription": SubscriptionDocument.schema,
        "Subscriptions": .page(of: "Subscription"),
      ])
  }

  private static let unknown = [404: "There is no such subscriber."]

  private var getPresence: APIOperation {
    APIOperation(
      method: .get, path: "/subscribers/{id}/presence", id: "getPresence",
      summary: "Whether a subscriber can be reached, and what its phones say of it.",
      segments: Self.subscriber, answer: .json("Presence", "As its watchers are told."),
      problems: Self.unknown
    ) { request in
      let address = try address(request)
      guard let presence = await node.presence(of: address) else {
        throw Problem.notFound("there is no subscriber \(address)")
      }
      return try .json(PresenceDocument(presence, of: address))
    }
  }

  private var listMessages: APIOperation {
    APIOperation(
      method: .get, path: "/subscribers/{id}/messages", id: "listMessages",
      summary: "The messages that wait for a subscriber.", query: APIRequest.paging,
      segments: Self.subscriber, answer: .json("Messages", "The oldest first."),
      problems: Self.unknown
    ) { request in
      let address = try address(request)
      let limit = try request.limit()
      let after = try Self.place(request)
      let found = try await waiting {
        _ = try provisioning.find(address)
        // A recipient's messages are few: the exchange bounds them.
        return try store.messages(user: address.user, domain: address.domain)
      }
      let documents = found.filter { $0.expiresAt > NodeClock().now.wall.nanoseconds }
        .sorted { ($0.sentAt, $0.id) < ($1.sentAt, $1.id) }
        .filter { message in after.map { (message.sentAt, message.id) > $0 } ?? true }
      let shown = Array(documents.prefix(limit))
      let next =
        documents.count > limit ? shown.last.map { Cursor.text(["\($0.sentAt)", $0.id]) } : nil
      return try .page(
        PageDocument(items: shown.map { MessageDocument($0) }, next: next), of: request)
    }
  }

  private var removeMessage: APIOperation {
    APIOperation(
      method: .delete, path: "/subscribers/{id}/messages/{message}", id: "removeMessage",
      summary: "Forget a message that waits for a subscriber.",
      details: "One that is being sent at this moment may arrive yet.",
      segments: Self.subscriber + [APIParameter("message", .text("As the list has it."))],
      answer: APIAnswer(status: .noContent, meaning: "It is gone, and that is on record."),
      problems: [404: "There is no such subscriber, or no such message."]
    ) { request in
      let address = try address(request)
      let id = request[segment: "message"]
      let found = try await waiting {
        _ = try provisioning.find(address)
        return try store.messages(user: address.user, domain: address.domain)
      }
      guard found.contains(where: { $0.id == id }) else {
        throw Problem.notFound("no such message waits for \(address)")
      }
      guard await node.forgetMessage(id, of: address) else {
        throw Problem.busy("the database does not take the change")
      }
      return .noContent
    }
  }

  private var listSubscriptions: APIOperation {
    APIOperation(
      method: .get, path: "/subscriptions", id: "listSubscriptions",
      summary: "Who watches whom.",
      query: [
        APIParameter(
          "subscriber", .text("Only those of this one, or to it.", example: "alice@example.test"))
      ] + APIRequest.paging,
      answer: .json("Subscriptions", "The oldest first.")
    ) { request in
      let limit = try request.limit()
      let after = try Self.place(request)
      let subscriber = request.query["subscriber"]
      let found = try await waiting {
        let party = try subscriber.map { try provisioning.address($0) }
        return try store.subscriptions(
          liveAt: NodeClock().now.wall.nanoseconds, of: party.map { ($0.user, $0.domain) },
          after: after, limit: limit + 1)
      }
      let shown = Array(found.prefix(limit))
      let next =
        found.count > limit ? shown.last.map { Cursor.text(["\($0.createdAt)", $0.id]) } : nil
      return try .page(
        PageDocument(items: shown.map { SubscriptionDocument($0) }, next: next), of: request)
    }
  }

  private static func place(
    _ request: APIRequest
  ) throws(Problem) -> (createdAt: Int64, id: String)? {
    guard let parts = try Cursor.after(request, count: 2) else { return nil }
    guard let moment = Int64(parts[0]) else {
      throw .invalid("after", "after is the next of an earlier page")
    }
    return (moment, parts[1])
  }
}

extension PresenceDocument {
  fileprivate static let schema: JSONValue = .object(
    "Whether a subscriber can be reached.",
    [
      "id": .text("`user@domain`."), "contacts": .whole("Contacts that are registered."),
      "calls": .whole("Calls that it makes or gets."),
      "isOpen": .flag(
        "What its phones have published says so; of one who publishes nothing, that a phone is "
          + "registered."),
      "activities": .list(
        of: .text("Of RFC 4480.", example: "on-the-phone"), "What it is busy with."),
      "notes": .list(of: .text("In its own words."), "What its phones have published."),
      "publications": .whole("How many phones have published something."),
    ])
}

extension MessageDocument {
  fileprivate static let schema: JSONValue = .object(
    "A message that waits for its recipient.",
    [
      "id": .text("What names it here."), "from": .text("Its sender, as From has it."),
      "to": .text("As the sender wrote it."), "contentType": .text("What its body is."),
      "text": .text("The body, where it is text."), "bytes": .whole("The length of the body."),
      "sent": .moment("When it came."), "expires": .moment("When it is given up."),
    ], optional: ["contentType", "text"])
}

extension SubscriptionDocument {
  fileprivate static let schema: JSONValue = .object(
    "A subscription to somebody's state.",
    [
      "id": .text("What names it here."),
      "event": .choice(["presence", "dialog", "reg"], "What is watched."),
      "watcher": .text("Who watches, `user@domain`."),
      "resource": .text("Who is watched, `user@domain`."),
      "transport": .text("How the watcher is told: `udp`, `tcp`."),
      "remote": .text("Where it is told.", example: "192.0.2.7:5060"),
      "created": .moment("When it began."), "expires": .moment("When it ends unless refreshed."),
    ])
}
