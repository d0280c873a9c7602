import SIP

/// A request as a phone is about to send it. Tests change what they want to be different.
struct PhoneRequest {
  var method: SIPMethod
  var uri: String
  var from: String
  var fromTag = "f1"
  var to: String
  var callID: String
  var cSeq = 1
  var branch: String
  var maxForwards = 70
  var contact: String?
  var headers: [(HeaderName, String)] = []
  var body: [UInt8] = []
  var contentType = "application/sdp"
  var flow: Flow
  /// What its Via says, if that is not where it comes from.
  var sentBy: String?

  var bytes: [UInt8] {
    var writer = MessageWriter(request: method, uri: uri)
    writer.add(
      .via,
      "SIP/2.0/\(flow.transport.viaName) \(sentBy ?? "\(flow.remote)");branch=z9hG4bK\(branch)")
    writer.add(.maxForwards, "\(maxForwards)")
    writer.add(.from, "<\(from)>;tag=\(fromTag)")
    writer.add(.to, to)
    writer.add(.callID, callID)
    writer.add(.cSeq, "\(cSeq) \(method)")
    if let contact { writer.add(.contact, contact) }
    for (name, value) in headers { writer.add(name, value) }
    return writer.finish(body: body, contentType: body.isEmpty ? nil : contentType)
  }

  /// The same request with a new number and branch, as after a challenge (RFC 3261 §8.1.3.5).
  func again() -> PhoneRequest {
    var next = self
    next.cSeq += 1
    next.branch += "n"
    return next
  }

  /// CANCEL, or the ACK of a rejection: by the INVITE's own transaction (§9.1, §17.1.1.3).
  func hopByHop(_ method: SIPMethod, to: String? = nil) -> PhoneRequest {
    var other = self
    other.method = method
    other.to = to ?? self.to
    (other.contact, other.headers, other.body) = (nil, [], [])
    return other
  }

  /// A request in the dialog that the answer to this INVITE made (§12.2.1.1).
  func inDialog(_ method: SIPMethod, of answer: SIPMessage, cSeq: Int? = nil) -> PhoneRequest {
    var other = hopByHop(method, to: answer.firstValue(.to))
    other.uri = answer.contacts.first?.uri.text ?? uri
    other.cSeq = cSeq ?? (method == .ack ? self.cSeq : self.cSeq + 1)
    other.branch += "\(method)"
    return other
  }
}
