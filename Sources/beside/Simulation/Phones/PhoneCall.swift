import Addressing
import Machines
import SIP

/// One phone's side of a call.
final class PhoneCall {
  enum Stage {
    /// The caller's INVITE has no final response.
    case calling
    /// A callee that has not decided.
    case ringing
    /// The callee's 2xx has no ACK.
    case answered
    case confirmed
    /// Our BYE has no answer.
    case leaving
    case over
  }

  /// An INVITE of ours.
  struct SentInvite {
    let request: PhoneRequest
    let sending: Retransmission
    let isFirst: Bool
    var isProvisional = false
    var isFinal = false
    var isCancelled = false
    var acknowledgement: [UInt8]?
    var answerTag: String?
  }

  unowned let phone: SimulatedPhone
  let session: Session
  let callID: String
  let isCaller: Bool
  let tag: String
  let port: UInt16
  var stage: Stage
  let began: Instant
  /// The node's tag, once it is settled.
  var nodeTag: String?
  var target = ""
  /// To of a caller, From of a callee, without the tag.
  var peer = ""
  var cSeq: UInt32 = 0
  var nodeCSeq: UInt32 = 0
  var invites: [SentInvite] = []
  /// Other requests of ours, by branch and method.
  var requests: [String: Retransmission] = [:]
  /// What was last answered, by branch and method of the request.
  var responses: [String: [UInt8]] = [:]
  /// Final responses to the node's INVITEs that wait for their ACK, by CSeq.
  var finals: [UInt32: Retransmission] = [:]
  /// The INVITE that a callee was called with.
  var ringing: SIPMessage?
  /// The caller wants no more of it.
  var wantsOut = false
  var attempts = 0
  private var versions = 0

  init(_ phone: SimulatedPhone, _ session: Session, callID: String, isCaller: Bool) {
    self.phone = phone
    self.session = session
    self.callID = callID
    self.isCaller = isCaller
    tag = phone.token()
    stage = isCaller ? .calling : .ringing
    began = phone.world.time
    port = UInt16(10_000 + 2 * (phone.world.speakers.count % 20_000))
  }

  var world: SimulatedWorld { phone.world }
  var isOver: Bool { stage == .over }

  var isSpeaking: Bool {
    let wants = isCaller ? session.callerSpeaks : session.calleeSpeaks
    return wants && !phone.isGone && (stage == .confirmed || stage == .answered)
  }

  func move(to stage: Stage) {
    self.stage = stage
    world.write("\(phone.endpoint) \(callID) is \(stage)")
  }

  func end() {
    guard !isOver else { return }
    move(to: .over)
    for invite in invites { invite.sending.stop() }
  }

  /// Unless the phone has vanished or the call is in another stage by then.
  func after(_ delay: Duration, in stage: Stage, _ body: @escaping (PhoneCall) -> Void) {
    world.after(delay) { [self] in
      if !phone.isGone, self.stage == stage { body(self) }
    }
  }

  func receive(_ message: SIPMessage) {
    if message.isRequest { take(request: message) } else { take(response: message) }
  }

  private func take(response: SIPMessage) {
    guard let branch = response.topVia?.branch else { return }
    if response.method == .invite {
      if let place = invites.firstIndex(where: { $0.request.branch == branch }) {
        inviteAnswered(response, place)
      }
    } else if response.statusCode >= 200 {
      guard let sending = requests[branch + response.method.name], !sending.isStopped else {
        return
      }
      sending.stop()
      requestAnswered(response)
    }
  }

  /// One audio stream.
  func description() -> [UInt8] {
    versions += 1
    let address = phone.endpoint.address
    let lines = [
      "v=0", "o=\(phone.user) \(port) \(versions) IN IP4 \(address)", "s=-",
      "c=IN IP4 \(address)", "t=0 0", "m=audio \(port) RTP/AVP 0", "a=rtpmap:0 PCMU/8000",
    ]
    return Array(lines.map { $0 + "\r\n" }.joined().utf8)
  }

  func respond(
    _ status: Int, to request: SIPMessage, body: [UInt8] = []
  ) -> [UInt8] {
    var writer = MessageWriter.response(to: request, status: status, toTag: tag)
    if status > 100, status < 300 { writer.add(.contact, "<\(phone.contact)>") }
    let bytes = writer.finish(body: body, contentType: body.isEmpty ? nil : "application/sdp")
    responses[(request.topVia?.branch ?? "") + request.method.name] = bytes
    return bytes
  }
}
