import Addressing
import SIP
import Testing

@testable import Softswitch

/// A phone whose every message a script makes by hand: it keeps its dialog, and does by itself
/// only what its transaction layer does, which is to acknowledge a 2xx again that comes again.
final class CallParty {
  let name: String
  /// Where it is; a test may move it.
  var flow: Flow
  let tag: String
  var contact: String
  /// Where its media goes.
  var port = 40_000
  private let inboxes: Inboxes

  // Its dialog: Call-ID, the From and To of its own requests, where they go.
  private(set) var callID: String
  private(set) var local: String
  private(set) var remote = ""
  private(set) var target = ""
  private(set) var cSeq = 0
  /// Its INVITEs by their number, and the ACKs of their 2xx that it has sent.
  private var invites: [Int: [UInt8]] = [:]
  private var acknowledgements: [Int: [UInt8]] = [:]

  private var news: [Sent] = []
  /// What came a second time.
  private(set) var repeats: [Sent] = []

  init(_ name: String, domain: String, at flow: Flow, _ inboxes: Inboxes) {
    self.name = name
    self.flow = flow
    self.inboxes = inboxes
    tag = "t\(name)"
    contact = "sip:\(name)@\(flow.remote)"
    callID = "script@\(name)"
    local = "<sip:\(name)@\(domain)>;tag=t\(name)"
    inboxes.add(self)
  }

  // What comes

  func receive(_ sent: Sent) {
    learn(from: sent.message)
    news.append(sent)
  }

  func receiveAgain(_ sent: Sent) {
    repeats.append(sent)
    let message = sent.message
    guard !message.isRequest, message.method == .invite, 200...299 ~= message.statusCode,
      let number = message.cSeq?.number, let acknowledgement = acknowledgements[Int(number)]
    else { return }
    send(acknowledgement)
  }

  private func learn(from message: SIPMessage) {
    guard message.method == .invite else { return }
    if message.isRequest {
      callID = message.callID ?? ""
      remote = message.firstValue(.from) ?? ""
      let to = message.firstValue(.to) ?? ""
      local = message.toTag == nil ? "\(to);tag=\(tag)" : to
    } else if message.toTag != nil, 101...299 ~= message.statusCode {
      remote = message.firstValue(.to) ?? ""
    } else {
      return
    }
    if let contact = message.contacts.first?.uri.text { target = contact }
  }

  /// Looks at what has come, which is to be this and no more.
  @discardableResult
  func hears(
    _ expected: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [Sent] {
    defer { news = [] }
    try #require(news.summary == expected, "\(name)", sourceLocation: sourceLocation)
    return news
  }

  /// What has come is lost on the way.
  func loses(_ expected: String..., sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(news.summary == expected, "\(name)", sourceLocation: sourceLocation)
    news = []
  }

  // What it sends

  func send(_ bytes: [UInt8]) { inboxes.deliver(bytes, from: flow) }

  func dial(
    _ uri: String, offer: [UInt8]? = nil, headers: [(HeaderName, String)] = []
  ) -> [UInt8] {
    (remote, target) = ("<\(uri)>", uri)
    return request(.invite, body: offer ?? description(), headers: headers)
  }

  /// The next request of the dialog.
  func request(
    _ method: SIPMethod, body: [UInt8] = [], headers: [(HeaderName, String)] = []
  ) -> [UInt8] {
    cSeq += 1
    let bytes = write(method, number: cSeq, body: body, headers: headers)
    if method == .invite { invites[cSeq] = bytes }
    return bytes
  }

  /// Sends the ACK for the 2xx to its last INVITE, or to the one of a number.
  func acknowledge(_ number: Int? = nil, answer: [UInt8] = []) {
    let number = number ?? invites.keys.max() ?? 0
    let bytes = write(.ack, number: number, body: answer, headers: [])
    acknowledgements[number] = bytes
    send(bytes)
  }

  /// CANCEL, or the ACK for a rejection: of the INVITE's own transaction (RFC 3261 §9.1,
  /// §17.1.1.3).
  func hopByHop(_ method: SIPMethod, to answer: SIPMessage? = nil) throws -> [UInt8] {
    let number = Int(answer?.cSeq?.number ?? UInt32(invites.keys.max() ?? 0))
    let invite = try SIPMessage(#require(invites[number]))
    var writer = MessageWriter(request: method, uri: invite.requestURIText)
    writer.copy(.via, from: invite)
    writer.copy(.from, from: invite)
    writer.add(.to, answer?.firstValue(.to) ?? invite.firstValue(.to) ?? "")
    writer.copy(.callID, from: invite)
    writer.add(.cSeq, "\(number) \(method)")
    writer.add(.maxForwards, "70")
    return writer.finish()
  }

  /// Takes a rejection as its transaction layer does.
  func accept(rejection status: Int, in sent: [Sent]) throws {
    send(try hopByHop(.ack, to: sent.response(status)))
  }

  func respond(
    _ status: Int, to request: Sent, body: [UInt8] = [], headers: [(HeaderName, String)] = [],
    tag other: String? = nil
  ) -> [UInt8] {
    var writer = MessageWriter.response(
      to: request.message, status: status, toTag: other ?? tag)
    writer.add(.contact, "<\(contact)>")
    for (name, value) in headers { writer.add(name, value) }
    return writer.finish(body: body, contentType: body.isEmpty ? nil : "application/sdp")
  }

  private func write(
    _ method: SIPMethod, number: Int, body: [UInt8], headers: [(HeaderName, String)]
  ) -> [UInt8] {
    var writer = MessageWriter(request: method, uri: target)
    writer.add(.via, "SIP/2.0/UDP \(flow.remote);branch=z9hG4bK\(name)\(number)\(method)")
    writer.add(.maxForwards, "70")
    writer.add(.from, local)
    writer.add(.to, remote)
    writer.add(.callID, callID)
    writer.add(.cSeq, "\(number) \(method)")
    writer.add(.contact, "<\(contact)>")
    for (name, value) in headers { writer.add(name, value) }
    return writer.finish(body: body, contentType: body.isEmpty ? nil : "application/sdp")
  }

  /// One audio stream; a change of it has a higher version.
  func description(_ direction: String = "sendrecv", version: Int = 1) -> [UInt8] {
    let lines = [
      "v=0", "o=\(name) 1 \(version) IN IP4 \(flow.remote.address)", "s=-",
      "c=IN IP4 \(flow.remote.address)", "t=0 0", "m=audio \(port) RTP/AVP 0",
      "a=rtpmap:0 PCMU/8000", "a=\(direction)",
    ]
    return Array(lines.map { $0 + "\r\n" }.joined().utf8)
  }
}

extension Sent {
  /// The direction of the stream in its description; empty where it has none.
  var direction: String {
    let text = String(decoding: message.body, as: UTF8.self)
    return ["sendrecv", "sendonly", "recvonly", "inactive"].first { text.contains("a=\($0)") } ?? ""
  }
}
