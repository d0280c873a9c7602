import CallControl
import SIP
import Testing

/// A phone written by hand: makes the requests and responses that a test wants.
struct TestParty {
  let flow: Flow
  let name: String
  var media = 40_000

  static let alice = TestParty(flow: CallBench.caller, name: "alice")
  static func bob(_ number: Int = 0) -> TestParty {
    TestParty(flow: CallBench.phone(number), name: "bob", media: 41_000 + number * 10)
  }

  var contact: String { "<sip:\(name)@\(flow.remote)>" }

  private var family: String { flow.remote.address.isIPv6 ? "IP6" : "IP4" }

  func sdp(_ direction: String = "sendrecv", version: Int = 1) -> [UInt8] {
    Array(
      """
      v=0\r
      o=\(name) 1 \(version) IN \(family) \(flow.remote.address)\r
      s=-\r
      c=IN \(family) \(flow.remote.address)\r
      t=0 0\r
      m=audio \(media) RTP/AVP 0 101\r
      a=rtpmap:0 PCMU/8000\r
      a=rtpmap:101 telephone-event/8000\r
      a=\(direction)\r

      """.utf8)
  }

  func invite(
    to user: String = "bob", branch: String = "z9hG4bKa1", cSeq: Int = 1, maxForwards: Int = 70,
    headers: [(HeaderName, String)] = [], offer: [UInt8]? = nil, withOffer: Bool = true
  ) -> [UInt8] {
    var writer = MessageWriter(request: .invite, uri: "sip:\(user)@example.test")
    writer.add(.via, "SIP/2.0/UDP \(flow.remote);branch=\(branch)")
    writer.add(.maxForwards, "\(maxForwards)")
    writer.add(.from, "\"Alice\" <sip:alice@example.test>;tag=fa")
    writer.add(.to, "<sip:\(user)@example.test>")
    writer.add(.callID, "call-1@alice")
    writer.add(.cSeq, "\(cSeq) INVITE")
    writer.add(.contact, contact)
    for (name, value) in headers { writer.add(name, value) }
    let body = withOffer ? offer ?? sdp() : []
    return writer.finish(body: body, contentType: body.isEmpty ? nil : "application/sdp")
  }

  /// CANCEL, or the ACK of a rejection: hop by hop, after the INVITE.
  func hopByHop(_ method: SIPMethod, of invite: [UInt8], to: String? = nil) throws -> [UInt8] {
    let invite = try SIPMessage(invite)
    var writer = MessageWriter(request: method, uri: invite.requestURIText)
    writer.copy(.via, from: invite)
    writer.copy(.from, from: invite)
    writer.add(.to, to ?? invite.firstValue(.to) ?? "")
    writer.copy(.callID, from: invite)
    writer.add(.cSeq, "\(invite.cSeq?.number ?? 0) \(method)")
    writer.add(.maxForwards, "70")
    return writer.finish()
  }

  /// A request inside the dialog that our INVITE and the 2xx to it made.
  func request(
    _ method: SIPMethod, cSeq: Int, dialog answer: SIPMessage, branch: String = "z9hG4bKr",
    body: [UInt8] = [], headers: [(HeaderName, String)] = []
  ) -> [UInt8] {
    var writer = MessageWriter(
      request: method, uri: answer.contacts.first?.uri.text ?? "sip:nobody.invalid")
    writer.add(.via, "SIP/2.0/UDP \(flow.remote);branch=\(branch)\(cSeq)\(method)")
    writer.add(.maxForwards, "70")
    writer.copy(.from, from: answer)
    writer.copy(.to, from: answer)
    writer.copy(.callID, from: answer)
    writer.add(.cSeq, "\(cSeq) \(method)")
    writer.add(.contact, contact)
    for (name, value) in headers { writer.add(name, value) }
    return writer.finish(body: body, contentType: body.isEmpty ? nil : "application/sdp")
  }

  /// A request inside the dialog that an INVITE to us made.
  func request(
    _ method: SIPMethod, cSeq: Int, answering invite: SIPMessage, tag: String,
    branch: String = "z9hG4bKs", body: [UInt8] = [],
    headers: [(HeaderName, String)] = []
  ) -> [UInt8] {
    var writer = MessageWriter(
      request: method, uri: invite.contacts.first?.uri.text ?? "sip:nobody.invalid")
    writer.add(.via, "SIP/2.0/UDP \(flow.remote);branch=\(branch)\(cSeq)\(method)")
    writer.add(.maxForwards, "70")
    writer.add(.from, "\(invite.firstValue(.to) ?? "");tag=\(tag)")
    writer.add(.to, invite.firstValue(.from) ?? "")
    writer.copy(.callID, from: invite)
    writer.add(.cSeq, "\(cSeq) \(method)")
    writer.add(.contact, contact)
    for (name, value) in headers { writer.add(name, value) }
    return writer.finish(body: body, contentType: body.isEmpty ? nil : "application/sdp")
  }

  func respond(
    _ status: Int, to request: SIPMessage, tag: String? = "fb", body: [UInt8] = [],
    headers: [(HeaderName, String)] = []
  ) -> [UInt8] {
    var writer = MessageWriter.response(to: request, status: status, toTag: tag)
    writer.add(.contact, contact)
    for (name, value) in headers { writer.add(name, value) }
    return writer.finish(body: body, contentType: body.isEmpty ? nil : "application/sdp")
  }
}

extension [CallBench.Sent] {
  /// What was sent, in short: `100`, `INVITE`, `200 BYE`.
  var summary: [String] {
    map { sent in
      switch sent.message.kind {
      case .request(let method): method.name
      case .response(let status):
        sent.message.method == .invite ? "\(status)" : "\(status) \(sent.message.method)"
      }
    }
  }

  func request(_ method: SIPMethod, to party: TestParty? = nil) throws -> SIPMessage {
    try #require(
      first {
        $0.message.kind == .request(method) && (party == nil || $0.flow == party?.flow)
      }
    ).message
  }

  func response(_ status: Int, to method: SIPMethod = .invite) throws -> SIPMessage {
    try #require(
      first { $0.message.kind == .response(status) && $0.message.method == method }
    ).message
  }
}
