import CallControl
import Foundation
import Storage

// Call detail records.
extension APIServices {
  var callRecords: APIResource {
    APIResource(
      name: "call records", description: "Who has called whom, and how it went.",
      operations: [listCallRecords],
      schemas: [
        "CallRecord": CallRecordDocument.schema, "CallRecords": .page(of: "CallRecord"),
      ])
  }

  private enum Order: String, CaseIterable {
    case newest, oldest
  }

  private static let csv = "text/csv"
  private static let lines = "application/jsonl"

  private var listCallRecords: APIOperation {
    APIOperation(
      method: .get, path: "/cdrs", id: "listCallRecords", summary: "Call detail records.",
      details: "By `Accept` as JSON, as CSV (RFC 4180) with a heading, or as a JSON object a line. "
        + "A Link header leads to the next page, whatever the form.",
      query: [
        APIParameter("since", .text("From this moment on.", example: "2026-01-31T12:00:00Z")),
        APIParameter("until", .text("Before this moment.", example: "2026-02-28")),
        APIParameter(
          "party", .text("Only calls of this user, number or URI, on either side.")),
        APIParameter("order", .choice(Order.allCases.map(\.rawValue), "Which come first.")),
      ] + APIRequest.paging,
      answer: APIAnswer(
        status: .ok, meaning: "Those that the filter lets through, by time of set-up.",
        content: [
          ("application/json", .reference("CallRecords")), (Self.csv, ["type": "string"]),
          (Self.lines, ["type": "string"]),
        ])
    ) { request in
      let limit = try request.limit()
      let filter = CallRecordFilter(
        since: try request.moment("since"), until: try request.moment("until"),
        party: request.query["party"], limit: limit + 1,
        order: try request.choice("order", Order.newest) == .newest ? .newestFirst : .oldestFirst,
        after: try Self.place(request))
      let found = try await waiting { try store.callRecords(filter) }
      let page = page(found, of: limit) { Cursor.text(["\($0.setup)", $0.id]) }
      let documents = PageDocument(
        items: page.items.map(CallRecordDocument.init), next: page.next)
      return try Self.response(documents, request)
    }
  }

  private static func place(_ request: APIRequest) throws(Problem) -> CallRecordFilter.Place? {
    guard let parts = try Cursor.after(request, count: 2) else { return nil }
    guard let setup = Int64(parts[0]) else {
      throw .invalid("after", "after is the next of an earlier page")
    }
    return CallRecordFilter.Place(setup: setup, id: parts[1])
  }

  private static func response(
    _ page: PageDocument<CallRecordDocument>, _ request: APIRequest
  ) throws -> APIResponse {
    switch request.mediaType {
    case csv:
      let rows = [CallRecordDocument.csvHeading] + page.items.map(\.csvRow)
      return APIResponse.text(rows.map { $0 + "\r\n" }.joined(), mediaType: csv)
        .linking(to: page.next, of: request)
    case lines:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let rows = try page.items.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
      return APIResponse.text(rows.map { $0 + "\n" }.joined(), mediaType: lines)
        .linking(to: page.next, of: request)
    default:
      return try .page(page, of: request)
    }
  }
}

extension CallRecordDocument {
  fileprivate static let schema: JSONValue = .object(
    "What is kept of a call.",
    [
      "id": .text("The call's id; that of a phone that did not answer has its number after it."),
      "callID": .text("The Call-ID of the caller's side."),
      "kind": .text("What it is a record of."),
      "node": .text("Where it was made."), "parent": .text("The call that it is a part of."),
      "callerUser": .text("The subscriber who called."), "callerURI": .text("From."),
      "calleeURI": .text("What was dialled."), "calleeUser": .text("Who answered."),
      "setup": .moment("When it began."), "ring": .moment("When it first rang."),
      "answer": .moment("When it was answered."), "end": .moment("When it ended."),
      "duration": .real("Seconds from answer to end."),
      "billable": .flag("It is one to be billed."),
      "cause": JSONValue.whole("The SIP status that it ended with.", from: 100),
      "causeText": .text("In words."), "releasedBy": .text("Who ended it."),
      "codec": .text("What was spoken."),
      "callerPackets": .whole("RTP packets from the caller."),
      "callerOctets": .whole("Their octets."), "callerLost": .whole("How many were lost."),
      "callerJitter": .real("Milliseconds."),
      "calleePackets": .whole("RTP packets from who answered."),
      "calleeOctets": .whole("Their octets."), "calleeLost": .whole("How many were lost."),
      "calleeJitter": .real("Milliseconds."), "note": .text("What else is to be said."),
    ],
    optional: [
      "parent", "callerUser", "calleeUser", "ring", "answer", "codec", "note",
    ])
}
