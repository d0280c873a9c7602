import SIP
import Testing

@testable import Softswitch

extension BenchPhone {
  func subscription(
    to user: String, event: String = "dialog", expires: Int? = 600
  ) -> PhoneRequest {
    var subscribe = request(.subscribe, "sip:\(user)@\(domain)")
    subscribe.contact = "<\(contact)>"
    subscribe.headers = [(.event, event)]
    if let expires { subscribe.headers.append((.expires, "\(expires)")) }
    return subscribe
  }

  /// Subscribes and answers the first NOTIFY.
  func watch(
    _ user: String, event: String = "dialog", expires: Int? = 600
  ) throws -> (request: PhoneRequest, answer: SIPMessage, notify: Sent) {
    let (request, sent) = try sendWithDigest(
      subscription(to: user, event: event, expires: expires))
    #expect(sent.summary == ["200 SUBSCRIBE", "NOTIFY"])
    let notify = try sent.request(.notify)
    respond(200, to: notify)
    return (request, try sent.response(200), notify)
  }

  /// A SUBSCRIBE in the dialog that the answer to an earlier one made, with digest.
  func again(
    _ request: PhoneRequest, _ answer: SIPMessage, expires: Int, cSeq: Int? = nil
  ) throws -> (request: PhoneRequest, sent: [Sent]) {
    var next = request.inDialog(.subscribe, of: answer, cSeq: cSeq)
    next.contact = "<\(contact)>"
    next.headers = [(.event, request.headers[0].1), (.expires, "\(expires)")]
    return try sendWithDigest(next)
  }

  func publication(
    _ basic: String?, expires: Int? = nil, ifMatch: String? = nil
  ) -> PhoneRequest {
    var publish = request(.publish, address)
    publish.headers = [(.event, "presence")]
    if let expires { publish.headers.append((.expires, "\(expires)")) }
    if let ifMatch { publish.headers.append((.sipIfMatch, ifMatch)) }
    publish.contentType = "application/pidf+xml"
    publish.body = Array((basic.map { pidf($0, of: address) } ?? "").utf8)
    return publish
  }

  func message(_ text: String, to user: String) -> PhoneRequest {
    var message = request(.message, "sip:\(user)@\(domain)")
    message.contentType = "text/plain"
    message.body = Array(text.utf8)
    return message
  }
}

func pidf(_ basic: String, of entity: String, activity: String = "") -> String {
  """
  <?xml version="1.0" encoding="UTF-8"?>
  <presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:d="urn:ietf:params:xml:ns:pidf:data-model"
    xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" entity="\(entity)">
    <tuple id="a"><status><basic>\(basic)</basic></status><note>At &lt;home&gt;</note></tuple>
    <d:person id="p"><r:activities>\(activity)</r:activities></d:person>
  </presence>
  """
}

extension Sent {
  var text: String { String(decoding: message.body, as: UTF8.self) }
  var subscriptionState: String { message.firstValue(.subscriptionState) ?? "" }
  var cSeq: UInt32 { message.cSeq?.number ?? 0 }

  /// What `<state>` says, dialog by dialog.
  var dialogStates: [String] {
    text.split(separator: "<state>").dropFirst().map { String($0.prefix { $0 != "<" }) }
  }
}

extension [Sent] {
  var notifies: [Sent] { filter { $0.message.kind == .request(.notify) } }
}
