import Softswitch

// Several subscribers who take calls under one name. Those of the file are changed in the file.
extension APIServices {
  var groups: APIResource {
    APIResource(
      name: "groups", description: "Ring groups: several who take calls under one name.",
      operations: [listGroups, createGroup, getGroup, changeGroup, removeGroup],
      schemas: [
        "Group": GroupDocument.schema, "Groups": .page(of: "Group"),
        "NewGroup": Self.newGroup, "GroupChange": Self.groupChange,
      ])
  }

  private static let group = [
    APIParameter("id", .text("`name@domain`.", example: "sales@example.test"))
  ]
  private static let unknown = [404: "There is none of this name."]
  private static let conflict = [
    409: "It exists already, name or number are taken, or it stands in the configuration file."
  ]
  private static let keys = ["number", "strategy", "members", "ringTimeout", "skipBusy", "then"]

  private var listGroups: APIOperation {
    APIOperation(
      method: .get, path: "/groups", id: "listGroups",
      summary: "The groups of the configuration file and of the database.",
      query: APIRequest.paging, answer: .json("Groups", "By domain and name.")
    ) { request in
      let limit = try request.limit()
      let after = try Cursor.after(request, count: 2)
      let found = try await waiting {
        try provisionGroups.list().filter { group in
          after.map { !group.precedes(domain: $0[0], name: $0[1]) && group.names != $0 } ?? true
        }
      }
      let page = page(found, of: limit) { Cursor.text($0.names) }
      return try .page(page, of: request)
    }
  }

  private var createGroup: APIOperation {
    APIOperation(
      method: .post, path: "/groups", id: "createGroup", summary: "Add a group to the database.",
      body: APIBody(schema: "NewGroup"),
      answer: .json("Group", "Which can be called from now on.", status: .created),
      problems: Self.conflict
    ) { request in
      let document = try RequestDocument(request.body, known: ["name", "domain"] + Self.keys)
      let name = try document.requiredText("name")
      let domain = try document.text("domain") ?? configuration.domains.first?.name ?? ""
      let change = try Self.change(document)
      let made = try await waiting {
        let address = try provisioning.address("\(name)@\(domain)")
        guard address.user == name else {
          throw Problem.invalid("name", "the name is the part before the @")
        }
        return try provisionGroups.add(address, change)
      }
      await node.refresh()
      return try .json(
        made, status: .created, location: "\(API.prefix)/groups/\(queryEscaped(made.id))")
    }
  }

  private var getGroup: APIOperation {
    APIOperation(
      method: .get, path: "/groups/{id}", id: "getGroup", summary: "One group.",
      segments: Self.group, answer: .json("Group", "The group."), problems: Self.unknown
    ) { request in
      let address = try address(request)
      return try .json(await waiting { try provisionGroups.find(address) })
    }
  }

  private var changeGroup: APIOperation {
    APIOperation(
      method: .patch, path: "/groups/{id}", id: "changeGroup", summary: "Change a group.",
      details: "A merge patch (RFC 7396): what is not named stays; null takes number and then "
        + "away; the members are given whole.",
      segments: Self.group, body: .mergePatch("GroupChange"),
      answer: .json("Group", "The group as it now is."),
      problems: Self.conflict.merging(Self.unknown) { $1 }
    ) { request in
      let address = try address(request)
      let change = try Self.change(try RequestDocument(request.body, known: Self.keys))
      let changed = try await waiting { try provisionGroups.change(address, change) }
      await node.refresh()
      return try .json(changed)
    }
  }

  private var removeGroup: APIOperation {
    APIOperation(
      method: .delete, path: "/groups/{id}", id: "removeGroup", summary: "Remove a group.",
      details: "Calls in progress go on.", segments: Self.group,
      answer: APIAnswer(status: .noContent, meaning: "It is gone."),
      problems: Self.unknown.merging([409: "It stands in the configuration file."]) { $1 }
    ) { request in
      let address = try address(request)
      try await waiting { try provisionGroups.remove(address) }
      await node.refresh()
      return .noContent
    }
  }

  private var provisionGroups: GroupProvisioning { GroupProvisioning(configuration, store) }

  private static func change(_ document: RequestDocument) throws(Problem) -> GroupChange {
    var change = GroupChange()
    change.number = try document.change("number")
    change.strategy = try document.text("strategy")
    change.then = try document.change("then")
    for key in ["members", "ringTimeout", "skipBusy"] where document.isNull(key) {
      throw .invalid(key, "\(key) cannot be taken away")
    }
    change.members = try document.changeOfList("members") ?? nil
    change.ringTimeout = try document.changeOfNumber("ringTimeout") ?? nil
    change.skipBusy = try document.changeOfFlag("skipBusy") ?? nil
    return change
  }
}

extension APIServices {
  fileprivate static let newGroup: JSONValue = .closed(
    "A group to be added.",
    [
      "name": JSONValue.text("The part before the @.", example: "sales")
        .adding(["pattern": "^[A-Za-z0-9_.-]{1,64}$"]),
      "domain": JSONValue.text("One of the node's domains; the first when left out.")
        .adding(["minLength": 1]),
    ].merging(properties) { $1 },
    optional: ["domain", "number", "strategy", "ringTimeout", "skipBusy", "then"])

  fileprivate static let groupChange: JSONValue = .closed(
    "What is to change.", properties, optional: Set(properties.keys))

  private static let properties: [String: JSONValue] = [
    "number": JSONValue.text("What else is dialled for it.", example: "600")
      .adding(["type": ["string", "null"], "minLength": 1, "maxLength": 32]),
    "strategy": .choice(
      ["parallel", "serial"], "Whether all ring at once or one after the other."),
    "members": JSONValue.list(
      of: JSONValue.text("A user, a number or another group.")
        .adding(["minLength": 1, "maxLength": 256]),
      "In the order in which they are tried."
    ).adding(["minItems": 1, "maxItems": .integer(RingGroup.maximumMembers)]),
    "ringTimeout": JSONValue.whole("Seconds that all ring, or each one of a serial group.", from: 1)
      .adding(["maximum": 600]),
    "skipBusy": .flag("Members who are in a call are passed over."),
    "then": JSONValue.text("Where a call goes that no member has taken.")
      .adding(["type": ["string", "null"], "minLength": 1, "maxLength": 256]),
  ]
}

extension GroupDocument {
  fileprivate var names: [String] { [domain, name] }

  fileprivate static let schema: JSONValue = .object(
    "A ring group.",
    [
      "id": .text("`name@domain`."), "name": .text("The part before the @."),
      "domain": .text("The part after it."), "number": .text("What else is dialled for it."),
      "strategy": .choice(["parallel", "serial"], "All at once, or one after the other."),
      "members": .list(of: .text("A user, a number or a group."), "In their order."),
      "ringTimeout": .whole("Seconds."),
      "skipBusy": .flag("Members who are in a call are passed over."),
      "then": .text("Where a call goes that no member has taken."),
      "origin": .choice(["configuration", "database"], "Where it is kept."),
      "created": .moment("When it was added; unknown of those in the file."),
    ], optional: ["number", "then", "created"])
}
