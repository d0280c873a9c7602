import Addressing
import SIP

/// One thing that parsing a torture message must give.
package struct TortureReading: Sendable {
  package var what: String
  package var expected: String?
  package var read: @Sendable (SIPMessage) -> String?

  init(_ what: String, _ expected: String?, _ read: @escaping @Sendable (SIPMessage) -> String?) {
    self.what = what
    self.expected = expected
    self.read = read
  }

  static func holds(
    _ what: String, _ test: @escaping @Sendable (SIPMessage) -> Bool
  ) -> TortureReading {
    TortureReading(what, "true") { String(test($0)) }
  }
}

extension TortureReading {
  static func method(_ name: String) -> Self {
    Self("method", name) { $0.method.name }
  }

  static func requestURI(_ text: String) -> Self {
    Self("Request-URI", text) { $0.requestURIText }
  }

  static func requestURIIsMalformed() -> Self {
    Self("Request-URI", nil) { $0.requestURI?.text }
  }

  static func requestUser(_ decoded: String) -> Self {
    Self("user of the Request-URI", decoded) { sipURI($0.requestURI)?.userDecoded }
  }

  static func requestHost(_ host: String, port: UInt16?) -> Self {
    Self("host and port of the Request-URI", "\(host) \(port.map(String.init) ?? "none")") {
      guard let uri = sipURI($0.requestURI) else { return nil }
      return "\(uri.host) \(uri.port.map(String.init) ?? "none")"
    }
  }

  static func requestAddress(_ address: String) -> Self {
    Self("address of the Request-URI", IPAddress(address)?.description ?? "test is wrong") {
      sipURI($0.requestURI)?.hostAddress?.description
    }
  }

  static func vias(_ count: Int) -> Self {
    Self("number of Vias", String(count)) { String($0.vias.count) }
  }

  /// `transport sent-by branch` of the Via at `index`, counted from the top.
  static func via(_ index: Int, _ expected: String) -> Self {
    Self("Via \(index)", expected) {
      guard index < $0.vias.count else { return nil }
      let via = $0.vias[index]
      let port = via.port.map { ":\($0)" } ?? ""
      return "\(via.transport) \(via.host)\(port) \(via.branch ?? "none")"
    }
  }

  /// Where an answer goes whose top Via was not stamped (RFC 3261 §18.2.2).
  static func answersTo(_ endpoint: String) -> Self {
    Self("endpoint for the response", endpoint) { $0.topVia?.responseEndpoint?.description }
  }

  static func from(tag: String?) -> Self {
    Self("From tag", tag) { $0.fromTag }
  }

  static func to(tag: String?) -> Self {
    Self("To tag", tag) { $0.toTag }
  }

  static func from(displayName: String?) -> Self {
    Self("display name of From", displayName) { $0.from?.displayName }
  }

  static func to(displayName: String?) -> Self {
    Self("display name of To", displayName) { $0.to?.displayName }
  }

  static func callID(_ text: String) -> Self {
    Self("Call-ID", text) { $0.callID }
  }

  static func cSeq(_ number: UInt32, _ method: String) -> Self {
    Self("CSeq", "\(number) \(method)") {
      $0.cSeq.map { "\($0.number) \($0.method.name)" }
    }
  }

  static func maxForwards(_ value: Int?) -> Self {
    Self("Max-Forwards", value.map { String($0) }) { $0.maxForwards.map { String($0) } }
  }

  /// Each row of a header field, unfolded.
  static func rows(_ name: String, _ expected: [String]) -> Self {
    Self(name, expected.joined(separator: "¶")) {
      $0.rows(HeaderName(name)).joined(separator: "¶")
    }
  }

  static func contacts(_ expected: [String]) -> Self {
    Self("Contact URIs", expected.joined(separator: " ")) {
      $0.contacts.map(\.uri.text).joined(separator: " ")
    }
  }

  static func contentType(_ text: String) -> Self {
    Self("Content-Type", text) { $0.contentType }
  }

  static func body(_ count: Int) -> Self {
    Self("octets of the body", String(count)) { String($0.body.count) }
  }

  static func status(_ code: Int, _ reason: String) -> Self {
    Self("status", "\(code) \(reason)") { "\($0.statusCode) \($0.reasonPhrase)" }
  }
}

/// The SIP or SIPS URI in it, if it is one.
func sipURI(_ uri: URI?) -> SIPURI? {
  if case .sip(let sip)? = uri { sip } else { nil }
}
