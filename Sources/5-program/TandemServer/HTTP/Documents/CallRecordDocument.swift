import CallControl
import Machines

/// A call record as the API and the command line export it: times in ISO 8601, durations in seconds, flat columns.
package struct CallRecordDocument: Codable, Sendable {
  package var id, callID, kind, node: String
  package var parent, callerUser: String?
  package var callerURI, calleeURI: String
  package var calleeUser: String?
  package var setup: String
  package var ring, answer: String?
  package var end: String
  /// Seconds from answer to end.
  package var duration: Double
  package var billable: Bool
  package var cause: Int
  package var causeText, releasedBy: String
  package var codec: String?
  package var callerPackets, callerOctets, callerLost: Int64
  /// Milliseconds.
  package var callerJitter: Double
  package var calleePackets, calleeOctets, calleeLost: Int64
  package var calleeJitter: Double
  package var note: String?

  package init(_ record: CallRecord) {
    id = record.id
    callID = record.callID
    kind = record.kind
    node = record.node
    parent = record.parent
    callerUser = record.callerUser
    callerURI = record.callerURI
    calleeURI = record.calleeURI
    calleeUser = record.calleeUser
    setup = WallTime(nanoseconds: record.setup).description
    ring = record.ring.map { WallTime(nanoseconds: $0).description }
    answer = record.answer.map { WallTime(nanoseconds: $0).description }
    end = WallTime(nanoseconds: record.end).description
    duration = Double(record.duration) / 1000
    billable = record.billable
    cause = record.cause
    causeText = record.causeText
    releasedBy = record.releasedBy.rawValue
    codec = record.codec
    callerPackets = record.fromCaller.packets
    callerOctets = record.fromCaller.octets
    callerLost = record.fromCaller.lost
    callerJitter = record.fromCaller.jitter
    calleePackets = record.fromCallee.packets
    calleeOctets = record.fromCallee.octets
    calleeLost = record.fromCallee.lost
    calleeJitter = record.fromCallee.jitter
    note = record.note
  }
}

extension CallRecordDocument {
  package static let csvHeading =
    "id,call_id,kind,node,parent,caller_user,caller_uri,callee_uri,callee_user,setup,ring,"
    + "answer,end,duration,billable,cause,cause_text,released_by,codec,caller_packets,"
    + "caller_octets,caller_lost,caller_jitter_ms,callee_packets,callee_octets,callee_lost,"
    + "callee_jitter_ms,note"

  /// RFC 4180 §2.
  package var csvRow: String {
    let cells: [String] = [
      id, callID, kind, node, parent ?? "", callerUser ?? "", callerURI, calleeURI,
      calleeUser ?? "", setup, ring ?? "", answer ?? "", end, "\(duration)", "\(billable)",
      "\(cause)", causeText, releasedBy, codec ?? "", "\(callerPackets)", "\(callerOctets)",
      "\(callerLost)", "\(callerJitter)", "\(calleePackets)", "\(calleeOctets)", "\(calleeLost)",
      "\(calleeJitter)", note ?? "",
    ]
    return cells.map(csvCell).joined(separator: ",")
  }
}

/// Quoted where RFC 4180 asks for it. Texts come from strangers' headers, and a spreadsheet would
/// take one that begins with `=`, `+`, `-` or `@` for a formula: such a text gets a quote before it.
private func csvCell(_ text: String) -> String {
  var cell = text
  if let first = cell.first, "=+-@\t\r".contains(first), Double(cell) == nil { cell = "'" + cell }
  guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
  return "\"" + cell.replacing("\"", with: "\"\"") + "\""
}
