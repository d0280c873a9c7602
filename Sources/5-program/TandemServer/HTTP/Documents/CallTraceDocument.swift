import Softswitch

/// A trace as the API and `tandem call trace --json` give it: times in ISO 8601, offsets in
/// seconds.
package struct CallTraceDocument: Encodable, Sendable {
  package struct Party: Encodable, Sendable {
    let leg: Int
    let name, address: String
  }

  package struct Row: Encodable, Sendable {
    let time: String
    let offset: Double
    /// message, note, processEnded or processBegan.
    let kind: String
    /// The leg whose party the message is from or to.
    var leg: Int?
    var received, again: Bool?
    /// Of a message: the method, or status and phrase. Else what is to be said.
    let text: String
    var cSeq: String?
    var media: [String]?
  }

  let id, began, dialled: String
  let program: String?
  let inProgress: Bool
  let parties: [Party]
  let rows: [Row]

  package init(_ trace: CallTrace) {
    id = "\(trace.id)"
    began = "\(trace.began)"
    dialled = trace.dialled
    program = trace.program
    inProgress = trace.isInProgress
    parties = trace.parties.map {
      Party(leg: Int($0.leg.index), name: $0.name, address: $0.address)
    }
    rows = trace.rows.map(Row.init)
  }
}

extension CallTraceDocument.Row {
  init(_ row: TraceRow) {
    let (time, offset) = ("\(row.time)", row.offset / .seconds(1))
    switch row.content {
    case .message(let message):
      self.init(
        time: time, offset: offset, kind: "message", leg: Int(message.leg.index),
        received: message.isReceived, again: message.isAgain, text: message.title,
        cSeq: message.cSeq, media: message.media)
    case .note(let text):
      self.init(time: time, offset: offset, kind: "note", text: text)
    case .processEnded(let text):
      self.init(time: time, offset: offset, kind: "processEnded", text: text)
    case .processBegan(let text):
      self.init(time: time, offset: offset, kind: "processBegan", text: text)
    }
  }
}
