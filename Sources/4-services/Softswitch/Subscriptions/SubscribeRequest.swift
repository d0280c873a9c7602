import Addressing
import SIP

/// What a SUBSCRIBE says (RFC 6665 §4.1.2), as far as it is well-formed and within the policy.
struct SubscribeRequest {
  let event: EventPackage
  let eventID: String?
  /// Seconds; 0 ends it, or only asks.
  let expires: UInt32
  let callID: String
  let fromTag: String
  let toTag: String?
  let cSeq: UInt32
  let local: String
  let remote: String
  let target: String
  let routes: [String]

  init(_ request: SIPMessage, policy: SubscriptionPolicy) throws(RequestRefusal) {
    (event, eventID) = try Self.event(of: request)
    guard Self.accepts(request, event.contentType) else { throw RequestRefusal(406) }
    guard let callID = request.callID, let cSeq = request.cSeq, var from = request.from,
      var to = request.to, let tag = from.tag
    else { throw RequestRefusal(400) }
    guard let contact = request.contacts.first else {
      throw RequestRefusal(400, "Missing Contact")
    }
    expires = try policy.interval.grant(request.expires)
    self.callID = callID
    self.cSeq = cSeq.number
    fromTag = tag
    toTag = to.tag
    from.parameters.remove("tag")
    to.parameters.remove("tag")
    local = to.text
    remote = from.text
    target = contact.uri.text
    routes = request.recordRoutes.map(\.text)
    let longest =
      [callID, tag, local, remote, target, eventID ?? "", routes.joined()]
      .map(\.utf8.count).max() ?? 0
    guard longest <= policy.maximumFieldBytes else { throw RequestRefusal(400, "Too Long") }
  }

  /// §8.2.1: a missing Event is one that we do not know.
  static func event(
    of request: SIPMessage
  ) throws(RequestRefusal) -> (EventPackage, id: String?) {
    let parts = (request.firstValue(.event) ?? "").split(separator: ";").map {
      $0.filter { !$0.isWhitespace }
    }
    guard let name = parts.first, let event = EventPackage(rawValue: name) else {
      throw RequestRefusal(489, headers: [HeaderField(.allowEvents, EventPackage.allowText)])
    }
    let id = parts.dropFirst().first { $0.lowercased().hasPrefix("id=") }?.dropFirst(3)
    return (event, id.map(String.init))
  }

  /// Without an Accept it is the package's own type (§3.1.3).
  private static func accepts(_ request: SIPMessage, _ type: String) -> Bool {
    guard request.contains(.accept) else { return true }
    return request.elements(.accept).contains { range in
      let essence = range.filter { !$0.isWhitespace }.prefix { $0 != ";" }.lowercased()
      return [type, "application/*", "*/*"].contains(essence)
    }
  }
}
