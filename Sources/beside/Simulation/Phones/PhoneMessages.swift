import SIP

/// What goes into a request of a phone.
struct PhoneRequest {
  var method: SIPMethod
  var uri: String
  var from: String
  var to: String
  var callID: String
  var cSeq: UInt32
  var branch: String
  var contact: String?
  var headers: [(HeaderName, String)] = []
  var body: [UInt8] = []

  func bytes(via: String) -> [UInt8] {
    var writer = MessageWriter(request: method, uri: uri)
    writer.add(.via, "SIP/2.0/UDP \(via);branch=\(branch);rport")
    writer.add(.maxForwards, "70")
    writer.add(.from, from)
    writer.add(.to, to)
    writer.add(.callID, callID)
    writer.add(.cSeq, "\(cSeq) \(method)")
    if let contact { writer.add(.contact, "<\(contact)>") }
    for (name, value) in headers { writer.add(name, value) }
    return writer.finish(body: body, contentType: body.isEmpty ? nil : "application/sdp")
  }

  /// CANCEL, or the ACK of a rejection: of the INVITE's own transaction (RFC 3261 §9.1,
  /// §17.1.1.3).
  func hopByHop(_ method: SIPMethod, to: String? = nil) -> PhoneRequest {
    var other = self
    other.method = method
    other.to = to ?? self.to
    (other.contact, other.headers, other.body) = (nil, [], [])
    return other
  }
}
