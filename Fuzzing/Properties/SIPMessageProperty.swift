import Addressing
import SIP

func checkSIPMessage(_ octets: [UInt8]) throws(PropertyViolation) {
  if let bounded = try? SIPMessage(octets, limits: tight) {
    readEverything(in: bounded)
    _ = RequestValidation(supportedExtensions: [], limits: tight).verdict(on: bounded)
  }
  guard let message = try? SIPMessage(octets) else { return }
  readEverything(in: message)
  try expectReadsTheSame(message, "a message read twice")
  let verdict = RequestValidation(supportedExtensions: ["100rel"]).verdict(on: message)
  // A message with a defect cannot be edited into a good one, and is answered at most.
  if verdict == .accept {
    try checkLines(of: message)
    try checkEdits(of: message)
  }
  if message.isRequest, verdict != .drop { try checkResponse(to: message) }
}

/// Where another reader would see the end of a line, and so another message, there must be none.
private func checkLines(of message: SIPMessage) throws(PropertyViolation) {
  for field in message.fields {
    let hasLineEnd = field.value.utf8.contains { $0 == 0x0D || $0 == 0x0A }
    try expectEqual("\(field.name) has a line end in it", hasLineEnd, false)
  }
}

/// Bounds that the fuzzer's short messages reach.
private let tight = SIPLimits(messageBytes: 2048, headerLines: 8, headerBytes: 64, vias: 2)

/// What every field of a message says, in a form that can be compared.
private func reading(of message: SIPMessage) -> [String] {
  message.fields.map { "\($0.name.canonicalName): \($0.value)" } + [
    "\(message.kind)", message.requestURIText, message.reasonPhrase,
    message.vias.map(\.text).joined(separator: "\n"),
    message.from?.text ?? "none", message.to?.text ?? "none",
    message.fromTag ?? "none", message.toTag ?? "none",
    message.callID ?? "none", message.cSeq?.text ?? "none",
    message.maxForwards.map { String($0) } ?? "none",
    message.contacts.map(\.text).joined(separator: "\n"),
    message.routes.map(\.text).joined(separator: "\n"),
    "\(Array(message.body))",
  ]
}

private func readEverything(in message: SIPMessage) {
  _ = (message.method, message.statusCode, message.requestURI, message.contentType)
  _ = (message.expires, message.recordRoutes, message.hasWildcardContact)
  _ = (message.topVia?.responseEndpoint, message.topVia?.rport, message.topVia?.received)
  _ = message.lists("100rel", in: .supported)
  for field in message.fields {
    _ = message.elements(field.name)
    _ = message.firstValue(field.name)
  }
}

private func expectReadsTheSame(
  _ message: SIPMessage, _ what: String
) throws(PropertyViolation) {
  let limits = SIPLimits(messageBytes: 1 << 22, headerLines: 1024)
  guard let again = try? SIPMessage(message.bytes, limits: limits) else {
    throw PropertyViolation(what, "readable", String(decoding: message.bytes, as: UTF8.self))
  }
  try expectEqual(what, reading(of: again), reading(of: message))
}

private func checkEdits(of message: SIPMessage) throws(PropertyViolation) {
  let host = IPEndpoint(.v4(0xC000_0201), 5060)
  let edits: [(String, (inout SIPMessage) -> Void)] = [
    ("set", { $0.set(.subject, "lunch") }),
    ("set what is there", { $0.set(.callID, "another@example.test") }),
    ("append", { $0.append(.recordRoute, "<sip:192.0.2.1;lr>") }),
    ("insert first", { $0.insertFirst(.via, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1") }),
    ("remove the top Via", { $0.removeFirstElement(.via) }),
    ("remove a Route", { $0.removeFirstElement(.route) }),
    ("remove all Contacts", { $0.removeAll(.contact) }),
    ("set the Request-URI", { if $0.isRequest { $0.setRequestURI("sip:bob@example.test") } }),
    ("set a body", { $0.setBody(Array("v=0\r\n".utf8), contentType: "application/sdp") }),
    ("remove the body", { $0.setBody([], contentType: nil) }),
    ("stamp", { $0.stampReceived(from: host) }),
  ]
  var all = message
  for (what, edit) in edits {
    var one = message
    edit(&one)
    try expectReadsTheSame(one, what)
    edit(&all)
    try expectReadsTheSame(all, "everything up to \(what)")
  }
  try expectEqual("the body that was set", Array(all.body), [])
  try expectEqual("the Contacts that were removed", all.contains(.contact), false)
  try expectEqual("the Call-ID that was set", all.callID, "another@example.test")
}

private func checkResponse(to request: SIPMessage) throws(PropertyViolation) {
  let octets = MessageWriter.response(to: request, status: 400, reason: "Bad", toTag: "t").finish()
  let limits = SIPLimits(messageBytes: 1 << 22, headerLines: 1024)
  guard let response = try? SIPMessage(octets, limits: limits) else {
    throw PropertyViolation("a response is readable", request, octets)
  }
  try expectEqual("its status", response.statusCode, 400)
  // A stray line end, for which a request is refused, does not come back.
  for name in [HeaderName.via, .callID, .cSeq, .from] {
    try expectEqual(
      "its \(name)", response.firstValue(name), request.firstValue(name).map(withoutLineEnds))
  }
  try expectEqual("its number of Vias", response.rowCount(.via), request.rowCount(.via))
}

private func withoutLineEnds(_ text: String) -> String {
  String(decoding: text.utf8.map { $0 == 0x0D || $0 == 0x0A ? 0x20 : $0 }, as: UTF8.self)
}
