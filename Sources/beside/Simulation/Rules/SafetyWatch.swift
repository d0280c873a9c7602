import CallControl
import Journaling
import Machines
import SIP
import Softswitch

/// Looks at everything that leaves the node, and now and then at the log.
final class SafetyWatch {
  unowned let node: SimulatedNode
  private var world: SimulatedWorld { node.world }
  /// What was sent by its name: a repetition has to be the same.
  private var sent: [MessageName: [UInt8]] = [:]
  /// The highest CSeq of each of the node's dialogs, and which request had it.
  private var sequences: [DialogName: (cSeq: UInt32, branch: String)] = [:]

  init(_ node: SimulatedNode) {
    self.node = node
  }

  private struct MessageName: Hashable {
    let callID: String
    let cSeq: String
    let branch: String
    let status: Int
    let toTag: String
  }

  private struct DialogName: Hashable {
    let callID: String
    let tag: String
  }

  /// A crash took more than was promised to be kept.
  func forget() {
    sent = [:]
    sequences = [:]
  }

  func leaves(_ item: NodeProcess.Outgoing, _ exchange: Exchange) {
    guard let message = try? SIPMessage(item.bytes) else { return }
    if message.isRequest {
      noteInvite(message)
      checkSequence(message)
      checkRepetition(message, item.bytes)
    } else if message.isOfCall {
      checkRepetition(message, item.bytes)
    } else if message.method == .register, message.statusCode == 200 {
      checkBinding(message)
    }
    guard item.isPromised, isStateful(message, item, exchange) else { return }
    world.tally.messagesChecked += 1
    if !node.written.holds(item.bytes) {
      world.violate(.sentBeforeRecorded, "\(message.brief) to \(item.flow.remote)")
    }
  }

  private func noteInvite(_ message: SIPMessage) {
    guard message.method == .invite, message.toTag == nil,
      let leg = message.callID.flatMap({ LegToken($0) })?.leg,
      let session = world.session(Session.number(subject: message.firstValue(.subject)))
    else { return }
    session.legs.insert(leg.index)
  }

  // MARK: On record before it leaves

  /// All requests are; of the responses those that a transaction of a call gives.
  private func isStateful(
    _ message: SIPMessage, _ item: NodeProcess.Outgoing, _ exchange: Exchange
  ) -> Bool {
    if message.isRequest || item.receipt != nil { return true }
    // Repetitions and provisional responses carry no receipt.
    guard message.method == .invite else { return false }
    if message.statusCode == 100 { return true }
    // A request within a dialog that cannot be taken is answered by a function of itself.
    guard ![481, 500, 503].contains(message.statusCode) else { return false }
    return message.isOfCall
  }

  // MARK: Numbers and repetitions

  private func checkSequence(_ message: SIPMessage) {
    guard message.method != .ack, message.method != .cancel, let cSeq = message.cSeq?.number,
      let callID = message.callID, let tag = message.fromTag, let branch = message.topVia?.branch
    else { return }
    let name = DialogName(callID: callID, tag: tag)
    if let last = sequences[name] {
      if sent[self.name(of: message)] != nil { return }
      if cSeq <= last.cSeq {
        world.violate(.sequenceBack, "\(message.brief) after \(last.cSeq)")
      }
    }
    sequences[name] = (cSeq, branch)
  }

  private func name(of message: SIPMessage) -> MessageName {
    MessageName(
      callID: message.callID ?? "", cSeq: message.cSeq?.text ?? "",
      branch: message.topVia?.branch ?? "", status: message.statusCode,
      toTag: message.isRequest ? "" : message.toTag ?? "")
  }

  private func checkRepetition(_ message: SIPMessage, _ bytes: [UInt8]) {
    let name = name(of: message)
    guard let first = sent.updateValue(bytes, forKey: name), first != bytes else { return }
    world.violate(
      .changedRetransmission,
      "\(message.brief):\n\(String(decoding: first, as: UTF8.self))\nthen\n"
        + String(decoding: bytes, as: UTF8.self))
  }

  /// What a 200 lists is on record, to last as long as it says but for the seconds that it was
  /// rounded by.
  private func checkBinding(_ response: SIPMessage) {
    for contact in response.contacts {
      let seconds = contact.parameters.value("expires").flatMap { Int64($0) } ?? 0
      let end = world.time.nanoseconds / 1_000_000_000 + seconds - 2
      let binding = node.database.binding(contact.uri.text)
      if binding.map({ $0.expiresAt.nanoseconds / 1_000_000_000 < end }) ?? true {
        world.violate(
          .bindingUnrecorded,
          "\(response.brief): \(contact.text), until \(end), on record \(binding, default: "-")")
      }
    }
  }
}

extension SIPMessage {
  /// A response under a tag of a call, or the 100 that comes before there is one.
  var isOfCall: Bool {
    if statusCode == 100, method == .invite { return true }
    return toTag.flatMap { LegToken($0) } != nil
  }

  var brief: String {
    let start = isRequest ? "\(method)" : "\(statusCode)"
    return "\(start) (\(cSeq?.text ?? "")) of \(callID ?? "")"
  }
}
