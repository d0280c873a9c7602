import SIP

/// The octets as each kind of value: whatever is read is written so that it reads the same.
func checkSIPHeaders(_ octets: [UInt8]) throws(PropertyViolation) {
  let text = headerValue(octets)
  if let uri = URI(text) {
    try expectEqual("a URI", URI(uri.text), uri)
    try checkMatching(uri)
  }
  if let uri = TelURI(text) { try expectEqual("a tel URI", TelURI(uri.text), uri) }
  if let address = NameAddress(text) {
    try expectEqual("an address", NameAddress(address.text), address)
    _ = (address.tag, address.q, address.expires)
    try expectEqual("q is between 0 and 1", address.q.map { $0 >= 0 && $0 <= 1 } ?? true, true)
  }
  if let via = Via(text) {
    try expectEqual("a Via", Via(via.text), via)
    _ = (via.branch, via.received, via.rport, via.responseEndpoint)
  }
  if let cSeq = CSeq(text) { try expectEqual("a CSeq", CSeq(cSeq.text), cSeq) }
}

/// Octets as a message hands them to a parser of values: without line ends.
func headerValue(_ octets: [UInt8]) -> String {
  String(decoding: octets.map { $0 == 0x0D || $0 == 0x0A ? 0x20 : $0 }, as: UTF8.self)
}

/// RFC 3261 §19.1.4: a URI is equivalent to itself, and equivalence is symmetric.
private func checkMatching(_ uri: URI) throws(PropertyViolation) {
  guard case .sip(let sip) = uri else { return }
  _ = (sip.userDecoded, sip.hostAddress)
  try expectEqual("a URI matches itself", sip.matches(sip), true)
  var other = sip
  other.parameters.remove("transport")
  try expectEqual("matching is symmetric", sip.matches(other), other.matches(sip))
}
