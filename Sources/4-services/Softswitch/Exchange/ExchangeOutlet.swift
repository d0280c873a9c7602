import CallControl
import MediaControl
import SIP

/// What the switch asks of the world around it: sockets, media, storage. In production that is
/// the node's event loop; in a simulation it is the simulated world.
///
/// Called in order, on the switch's own thread. Nothing here waits.
package protocol ExchangeOutlet: AnyObject {
  /// Send bytes; if that fails the outlet says so with `sendFailed(receipt)`.
  ///
  /// - Parameter serverName: what a certificate has to prove where a connection over TLS is opened
  ///   for it (RFC 5922 §7.2); nil for the address.
  func send(_ bytes: [UInt8], to flow: Flow, serverName: String?, receipt: SendReceipt?)

  /// Find out where a name leads; answer later, once, with `located(ticket, …)`.
  func locate(_ query: ServerQuery, ticket: LocationTicket)

  func reservePorts() -> PortPair?
  /// Takes ports that a call of the log has; false if they cannot be had.
  func claim(_ ports: PortPair) -> Bool
  func release(_ ports: [PortPair])
  func relay(_ call: CallID, _ plans: [StreamPlan])
  func echo(_ call: CallID, _ plans: [StreamPlan])
  /// Play what the programme names, each stream with what RTP has at random of its own.
  func play(_ call: CallID, _ programme: CallProgramme, _ plans: [PlayPlan])
  /// Each of the streams answers with one `mediaReported`.
  func closeMedia(_ call: CallID, streams: Int)

  /// Put changes of bindings on record; answer with `bindingsSaved(ticket, …)`.
  func save(_ changes: [BindingEvent], ticket: SaveTicket)
  /// Put changes on record, all or none; answer with `changesSaved(ticket, …)`.
  func save(_ changes: [RecordedChange], ticket: SaveTicket)
  /// Read what is kept for somebody; answer with `messagesFetched(for:…)`.
  func fetchMessages(for recipient: AddressOfRecord)
  /// Put a call's records down; keep at it until they are, then say `recordsSaved(of:)`.
  func save(_ records: [CallRecord], of call: CallID)
}

extension ExchangeOutlet {
  func send(_ bytes: [UInt8], to flow: Flow, receipt: SendReceipt?) {
    send(bytes, to: flow, serverName: nil, receipt: receipt)
  }
}

/// Names what was sent.
package enum SendReceipt: Hashable, Sendable {
  case call(CallSending)
  /// A request outside of calls.
  case own(branch: String)
}

/// What was sent for a transaction of a call.
package struct CallSending: Hashable, Sendable {
  let call: CallID
  let leg: LegID
  let transaction: TransactionReference
  /// Where a response has been sent that could not go back the way that its request came.
  var detours: [ServerTarget] = []
}

/// Names a change that waits to be on record.
package struct SaveTicket: Hashable, Sendable {
  package let number: UInt64
}
