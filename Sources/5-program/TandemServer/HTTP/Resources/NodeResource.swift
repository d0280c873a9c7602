// The node itself.
extension APIServices {
  var nodeResource: APIResource {
    APIResource(
      name: "node", description: "The node itself.",
      operations: [status, drain, reload, upgrade, refresh],
      schemas: ["NodeStatus": NodeStatus.schema, "Reload": ReloadDocument.schema])
  }

  private var status: APIOperation {
    APIOperation(
      method: .get, path: "/status", id: "getStatus", summary: "What the node is doing.",
      answer: .json("NodeStatus", "What it is doing.")
    ) { _ in try .json(await node.status()) }
  }

  private var drain: APIOperation {
    APIOperation(
      method: .post, path: "/drain", id: "drain",
      summary: "Take no new calls; those in progress go on.",
      query: [
        APIParameter("off", .choice(["1"], "Take new calls again."))
      ],
      answer: .json("NodeStatus", "What it is doing now.")
    ) { request in
      guard ["1", nil].contains(request.query["off"]) else {
        throw Problem.invalid("off", "off is 1")
      }
      await node.drain(request.query["off"] == nil)
      return try .json(await node.status())
    }
  }

  private var reload: APIOperation {
    APIOperation(
      method: .post, path: "/reload", id: "reload",
      summary: "Read the configuration file again and take up what has changed in it.",
      details: "All of it or nothing; no call is touched. Certificates and sound files are read "
        + "again too. What needs another process is told, and waits for it.",
      query: [
        APIParameter("trial", .choice(["1"], "Only say what would change."))
      ],
      answer: .json("Reload", "What has changed, or would."),
      problems: [409: "Something is wrong with the file; nothing has changed."]
    ) { request in
      guard ["1", nil].contains(request.query["trial"]) else {
        throw Problem.invalid("trial", "trial is 1")
      }
      do {
        return try .json(await node.reload(isTrial: request.query["trial"] != nil))
      } catch {
        throw Problem(.conflict, "\(error)", code: "configuration")
      }
    }
  }

  private var upgrade: APIOperation {
    APIOperation(
      method: .post, path: "/upgrade", id: "upgrade",
      summary: "Have a new process of the installed program take over.",
      details: "The answer comes when the new process has been started; it has taken over when "
        + "the `process` of the status is another.",
      answer: APIAnswer(status: .accepted, meaning: "A new process is about to take over."),
      problems: [409: "No upgrade: no keeper, or the new process does not start."]
    ) { _ in
      do {
        try await node.upgrade()
      } catch {
        throw Problem(.conflict, "\(error)")
      }
      return APIResponse(status: .accepted)
    }
  }

  private var refresh: APIOperation {
    APIOperation(
      method: .post, path: "/refresh", id: "refresh",
      summary: "Look at once at what others changed in the database.",
      details: "The node looks once a second by itself.",
      answer: APIAnswer(status: .noContent, meaning: "What was changed is in effect.")
    ) { _ in
      await node.refresh()
      return .noContent
    }
  }
}

extension NodeStatus {
  fileprivate static let schema: JSONValue = .object(
    "What a node is doing.",
    [
      "node": .text("Its name."), "region": .text("Where it runs."),
      "zone": .text("Where in the region."), "version": .text("Of the program."),
      "started": .moment("When this process began."),
      "listeners": .list(of: .text("`udp:10.0.0.5:5060`"), "Where it takes SIP."),
      "calls": .whole("Calls in progress."), "registrations": .whole("Live bindings."),
      "subscribers": .whole("Of the file and of the database."),
      "mediaPorts": mediaPorts, "process": .whole("Its process id."),
      "keeper": .whole("The process that holds its sockets, if there is one."),
      "isDraining": .flag("It takes no new calls."),
      "durability": .choice(
        Configuration.CallLog.Durability.allCases.map(\.rawValue), "What calls outlive."),
      "callLog": callLog, "unwrittenRecords": .whole("Call records that are not on record yet."),
      "failingServers": .whole("Servers that are avoided for a while, since they have failed."),
    ], optional: ["keeper"])

  private static let mediaPorts: JSONValue = .object(
    "Pairs of media ports.",
    [
      "inUse": .whole("In calls."), "ready": .whole("Bound, for the next calls."),
      "quarantined": .whole("Resting after a call."), "unbound": .whole("Not bound yet."),
    ])

  private static let callLog: JSONValue = .object(
    "The log by which calls outlive the process.",
    [
      "directory": .text("Where it is."), "isFailing": .flag("It cannot be written."),
      "fault": .text("What is wrong with it."), "segments": .whole("Its files."),
      "bytes": .whole("What they hold."),
      "recoveredCalls": .whole("Calls that this process took up from it."),
    ], optional: ["fault"])
}
