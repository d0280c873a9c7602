import Softswitch

// Who has an account. The file's subscribers show, and are changed in the file.
extension APIServices {
  var subscribers: APIResource {
    APIResource(
      name: "subscribers", description: "Who has an account.",
      operations: [
        listSubscribers, createSubscriber, getSubscriber, changeSubscriber, removeSubscriber,
      ],
      schemas: [
        "Subscriber": SubscriberDocument.schema, "Subscribers": .page(of: "Subscriber"),
        "NewSubscriber": Self.newSubscriber, "SubscriberChange": Self.subscriberChange,
        "PasswordHashes": Self.passwordHashes,
      ])
  }

  static let subscriber = [
    APIParameter("id", .text("`user@domain`.", example: "alice@example.test"))
  ]

  private static let conflict = [
    409: "It exists already, the number is taken, or it stands in the configuration file."
  ]

  private var listSubscribers: APIOperation {
    APIOperation(
      method: .get, path: "/subscribers", id: "listSubscribers",
      summary: "The subscribers of the configuration file and of the database.",
      query: [APIParameter("domain", .text("Only those of this domain."))]
        + APIRequest.paging,
      answer: .json("Subscribers", "By domain and user.")
    ) { request in
      let limit = try request.limit()
      let after = try Cursor.after(request, count: 2)
        .map { AddressOfRecord(user: $0[1], domain: $0[0]) }
      let found = try await waiting { [domain = request.query["domain"]?.lowercased()] in
        try provisioning.list(domain: domain, after: after, limit: limit + 1)
      }
      let page = page(found, of: limit) { Cursor.text([$0.domain, $0.user]) }
      return try .page(page, of: request)
    }
  }

  private var createSubscriber: APIOperation {
    APIOperation(
      method: .post, path: "/subscribers", id: "createSubscriber",
      summary: "Add a subscriber to the database.", body: APIBody(schema: "NewSubscriber"),
      answer: .json("Subscriber", "Who can register from now on.", status: .created),
      problems: Self.conflict
    ) { request in
      let document = try RequestDocument(
        request.body,
        known: ["user", "domain", "number", "password", "ha1"] + SettingsChange.keys)
      let user = try document.requiredText("user")
      guard let domain = try document.text("domain") ?? configuration.domains.first?.name else {
        throw Problem.invalid("domain", "the key domain is missing")
      }
      guard let credential = try Self.credential(of: document) else {
        throw Problem.invalid("password", "password or ha1 is missing")
      }
      let number = try document.text("number", nullable: true)
      let settings = try SettingsChange(document)
      let made = try await waiting {
        let address = try provisioning.address("\(user)@\(domain)")
        guard address.user == user else {
          throw Problem.invalid("user", "the user is the part before the @")
        }
        return try provisioning.add(address, number: number, credential, settings)
      }
      await node.refresh()
      return try .json(
        made, status: .created, location: "\(API.prefix)/subscribers/\(queryEscaped(made.id))")
    }
  }

  private var getSubscriber: APIOperation {
    APIOperation(
      method: .get, path: "/subscribers/{id}", id: "getSubscriber", summary: "One subscriber.",
      segments: Self.subscriber, answer: .json("Subscriber", "The subscriber."),
      problems: [404: "There is none of this name."]
    ) { request in
      let address = try address(request)
      return try .json(await waiting { try provisioning.find(address) })
    }
  }

  private var changeSubscriber: APIOperation {
    APIOperation(
      method: .patch, path: "/subscribers/{id}", id: "changeSubscriber",
      summary: "Change a subscriber's password, number or settings.",
      details: "A merge patch (RFC 7396): what is not named stays; `number: null` takes the "
        + "number away. Phones that are registered stay so until they next register.",
      segments: Self.subscriber, body: .mergePatch("SubscriberChange"),
      answer: .json("Subscriber", "The subscriber as it now is."),
      problems: Self.conflict.merging([404: "There is none of this name."]) { $1 }
    ) { request in
      let address = try address(request)
      let document = try RequestDocument(
        request.body, known: ["number", "password", "ha1"] + SettingsChange.keys)
      let credential = try Self.credential(of: document)
      let number = try document.change("number")
      let settings = try SettingsChange(document)
      let changed = try await waiting {
        try provisioning.change(
          address, credential: credential, number: number, settings: settings)
      }
      await node.refresh()
      return try .json(changed)
    }
  }

  private var removeSubscriber: APIOperation {
    APIOperation(
      method: .delete, path: "/subscribers/{id}", id: "removeSubscriber",
      summary: "Remove a subscriber with its registrations.",
      details: "Calls in progress go on.", segments: Self.subscriber,
      answer: APIAnswer(status: .noContent, meaning: "It is gone."),
      problems: [
        404: "There is none of this name.", 409: "It stands in the configuration file.",
      ]
    ) { request in
      let address = try address(request)
      try await waiting { try provisioning.remove(address) }
      await node.refresh()
      return .noContent
    }
  }

  /// A name that cannot be a subscriber's is nobody's.
  func address(_ request: APIRequest) throws -> AddressOfRecord {
    do {
      return try provisioning.address(request[segment: "id"])
    } catch {
      throw Problem.notFound("\(error)")
    }
  }

  private static func credential(
    of document: RequestDocument
  ) throws(Problem) -> Configuration.Credential? {
    let password = try document.text("password").map(Secret.init)
    let hashes = try document.document("ha1", known: ["MD5", "SHA-256", "SHA-512-256"])
    guard let hashes else { return password.map(Configuration.Credential.password) }
    guard password == nil else {
      throw .invalid("ha1", "give password or ha1, not both")
    }
    return .hashes(
      Configuration.HashedPassword(
        md5: try hashes.text("MD5").map(Secret.init),
        sha256: try hashes.text("SHA-256").map(Secret.init),
        sha512_256: try hashes.text("SHA-512-256").map(Secret.init)))
  }
}

extension APIServices {
  private static let password: JSONValue = JSONValue.text("What the phone logs in with.")
    .adding(["minLength": 1, "maxLength": 256, "writeOnly": true])

  private static let number: JSONValue =
    JSONValue
    .text("An E.164 number that also reaches the subscriber.", example: "+15550002")
    .adding(["pattern": "^\\+[1-9][0-9]{1,14}$"])

  fileprivate static let passwordHashes: JSONValue = JSONValue.closed(
    "HA1 of digest authentication, of `user:domain:password`, in hexadecimal.",
    [
      "MD5": hash(32), "SHA-256": hash(64), "SHA-512-256": hash(64),
    ], optional: ["MD5", "SHA-256", "SHA-512-256"]
  ).adding(["minProperties": 1])

  private static func hash(_ digits: Int) -> JSONValue {
    [
      "type": "string", "pattern": .string("^[0-9a-fA-F]{\(digits)}$"), "writeOnly": true,
    ]
  }

  fileprivate static let newSubscriber: JSONValue = JSONValue.closed(
    "Somebody to be added, with `password` or `ha1`.",
    [
      "user": JSONValue.text("The part before the @.", example: "carol")
        .adding(["pattern": "^[A-Za-z0-9_.+*#!~'$=-]{1,64}$"]),
      "domain": JSONValue.text("One of the node's domains; the first when left out.")
        .adding(["minLength": 1]),
      "number": number.adding(["type": ["string", "null"]]), "password": password,
      "ha1": .reference("PasswordHashes"),
    ].merging(SettingsChange.properties) { $1 },
    optional: Set(["domain", "number", "password", "ha1"] + SettingsChange.keys)
  ).adding(["oneOf": [["required": ["password"]], ["required": ["ha1"]]]])

  fileprivate static let subscriberChange: JSONValue = JSONValue.closed(
    "What is to change.",
    [
      "number": number.adding(["type": ["string", "null"]]), "password": password,
      "ha1": .reference("PasswordHashes"),
    ].merging(SettingsChange.properties) { $1 },
    optional: Set(["number", "password", "ha1"] + SettingsChange.keys)
  ).adding(["not": ["required": ["password", "ha1"]]])
}

extension SubscriberDocument {
  fileprivate static let schema: JSONValue = .object(
    "A subscriber, without the password in any form.",
    [
      "id": .text("`user@domain`."), "user": .text("The part before the @."),
      "domain": .text("The part after it."),
      "number": .text("An E.164 number that also reaches the subscriber."),
      "origin": .choice(
        ["configuration", "database"],
        "Where it is kept. The configuration file is changed by people alone."),
      "algorithms": .list(
        of: .choice(["MD5", "SHA-256", "SHA-512-256"], "A digest algorithm."),
        "What there is a hash for."),
      "forward": ForwardingDocument.schema,
      "doNotDisturb": .flag("The phones are left in peace."),
      "maximumCalls": .whole(
        "Calls at a time, in both directions; without it any number.", from: 1),
      "mayCall": .list(
        of: .text("A dial rule."), "Whom it may call; without it, as its domain says."),
      "created": .moment("When it was added; unknown of those in the file."),
    ], optional: ["number", "maximumCalls", "mayCall", "created"])
}
