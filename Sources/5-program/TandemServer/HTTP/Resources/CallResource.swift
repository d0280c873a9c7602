import CallControl
import Journaling
import Softswitch

// The calls of the node.
extension APIServices {
  var calls: APIResource {
    APIResource(
      name: "calls", description: "Calls in progress, and what the call log tells of past ones.",
      operations: [listCalls, getCall, hangUp, traceCall],
      schemas: [
        "Call": CallSummary.schema, "Calls": .page(of: "Call"),
        "CallTrace": CallTraceDocument.schema,
      ])
  }

  private static let call = [
    APIParameter("id", .text("As the list has it."))
  ]
  private static let unknown = [404: "There is no such call."]

  private var listCalls: APIOperation {
    APIOperation(
      method: .get, path: "/calls", id: "listCalls",
      summary: "The calls in progress, in the order of their ids.",
      details: "A call that ends between two pages is on neither or on one; none is on two.",
      query: APIRequest.paging, answer: .json("Calls", "Those in progress.")
    ) { request in
      let limit = try request.limit()
      var after: CallID?
      if let text = request.query["after"] {
        after = CallID(text)
        if after == nil { throw Problem.invalid("after", "after is the next of an earlier page") }
      }
      let ids = await node.callIDs()
        .filter { id in after.map { $0.precedes(id) } ?? true }.sorted { $0.precedes($1) }
      let shown = Array(ids.prefix(limit))
      let next = ids.count > limit ? shown.last : nil
      let page = PageDocument(items: await node.calls(shown), next: next?.description)
      return try .page(page, of: request)
    }
  }

  private var getCall: APIOperation {
    APIOperation(
      method: .get, path: "/calls/{id}", id: "getCall", summary: "One call in progress.",
      segments: Self.call, answer: .json("Call", "The call."), problems: Self.unknown
    ) { request in
      guard let id = CallID(request[segment: "id"]), let call = await node.calls([id]).first else {
        throw Problem.notFound("there is no such call in progress")
      }
      return try .json(call)
    }
  }

  private var hangUp: APIOperation {
    APIOperation(
      method: .delete, path: "/calls/{id}", id: "hangUpCall", summary: "Hang a call up.",
      details: "The end of the call is on record; its parties are told. Again: nothing more.",
      segments: Self.call,
      answer: .json("Call", "The call, which is releasing.", status: .accepted),
      problems: Self.unknown
    ) { request in
      guard let id = CallID(request[segment: "id"]), let call = await node.hangUp(id) else {
        throw Problem.notFound("there is no such call in progress")
      }
      return try .json(call, status: .accepted)
    }
  }

  private var traceCall: APIOperation {
    APIOperation(
      method: .get, path: "/calls/{id}/trace", id: "traceCall",
      summary: "A call's messages, live or past, as the call log tells them.",
      details: "As text it is a ladder diagram.",
      segments: [
        APIParameter(
          "id",
          .text(
            "The call's id, the beginning of one (at least \(TraceSearch.shortestPrefix) "
              + "characters), or the SIP Call-ID of its caller."))
      ],
      answer: APIAnswer(
        status: .ok, meaning: "The trace.",
        content: [
          ("application/json", .reference("CallTrace")), ("text/plain", ["type": "string"]),
        ]),
      problems: Self.unknown.merging([409: "Several calls are meant."]) { $1 }
    ) { request in
      let trace = try await find(request[segment: "id"])
      return request.mediaType == "text/plain"
        ? .text(LadderDiagram(trace).text, mediaType: "text/plain")
        : try .json(CallTraceDocument(trace))
    }
  }

  private func find(_ text: String) async throws -> CallTrace {
    guard let place = traces.take() else {
      throw Problem.busy("another trace is being read")
    }
    defer { place.release() }
    let directory = configuration.callLogDirectory
    let finding = try await waiting { () throws -> TraceSearch.Finding in
      do {
        return try TraceSearch.find(text, in: FileDisk.reading(directory: directory))
      } catch {
        throw Problem(.serviceUnavailable, "the call log cannot be read: \(error)")
      }
    }
    switch finding {
    case .found(let trace): return trace
    case .several(_, let count):
      throw Problem(.conflict, "\(count) calls are meant; give more of the id", code: "several")
    case .unknown: throw Problem.notFound("the call log has no such call (any more)")
    }
  }
}

extension CallID {
  fileprivate func precedes(_ other: CallID) -> Bool {
    (shard.number, number) < (other.shard.number, other.number)
  }
}

extension CallSummary {
  fileprivate static let schema: JSONValue = .object(
    "A call in progress.",
    [
      "id": .text("What names it here, in the records and in the log."),
      "callID": .text("The Call-ID of the caller's side."),
      "state": .choice(["routing", "dialling", "talking", "releasing"], "How far it is."),
      "caller": .text("Who calls."), "dialled": .text("The URI that was dialled."),
      "answeredBy": .text("Who has answered."), "setup": .moment("When it began."),
      "answer": .moment("When it was answered."), "codec": .text("What is spoken."),
      "anchored": .flag("Its media pass through the node."),
      "legs": .list(of: leg, "The caller's first."),
    ], optional: ["answeredBy", "answer", "codec"])

  private static let leg: JSONValue = .object(
    "A party's side of the call.",
    [
      "party": .text("Who it is."),
      "state": .choice(
        [
          "inviting", "ringing", "answered", "confirmed", "cancelling", "hanging up", "ended",
        ], "How far it is."),
      "remote": .text("Where its signalling is.", example: "udp:192.0.2.7:5060"),
      "ports": .list(of: .whole("A port for RTP."), "Our media ports towards it."),
    ])
}

extension CallTraceDocument {
  fileprivate static let schema: JSONValue = .object(
    "What the call log tells of a call.",
    [
      "id": .text("The call's id."), "began": .moment("When it began."),
      "dialled": .text("The URI that was dialled."),
      "program": .text("The version that wrote it."), "inProgress": .flag("It is not over."),
      "parties": .list(
        of: .object(
          "A party.",
          [
            "leg": .whole("Its number; 0 is the caller's."), "name": .text("Who it is."),
            "address": .text("Where it is."),
          ]), "The columns of the ladder."),
      "rows": .list(of: row, "What happened, in order."),
    ], optional: ["program"])

  private static let row: JSONValue = .object(
    "One thing that happened.",
    [
      "time": .moment("When."), "offset": .real("Seconds since the call began."),
      "kind": .choice(["message", "note", "processEnded", "processBegan"], "What it is."),
      "leg": .whole("Whose message it is."), "received": .flag("It came; else it was sent."),
      "again": .flag("It had been sent before."),
      "text": .text("Of a message the method, or status and phrase."), "cSeq": .text("Its CSeq."),
      "media": .list(of: .text("A stream."), "What its description says."),
    ], optional: ["leg", "received", "again", "cSeq", "media"])
}
