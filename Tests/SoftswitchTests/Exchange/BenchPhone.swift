import Addressing
import SIP
import Testing

@testable import Softswitch

/// A phone at the bench: makes requests, answers challenges, answers calls.
final class BenchPhone {
  let bench: ExchangeBench
  let user: String
  let domain: String
  var flow: Flow
  /// The URI that it says it is reached at.
  var contact: String
  var digest: DigestPhone
  private var requests = 0

  init(
    _ bench: ExchangeBench, _ user: String, domain: String = "example.test", password: String,
    at remote: String, contact: String? = nil, over transport: TransportProtocol = .udp,
    connection: UInt64? = nil
  ) throws {
    self.bench = bench
    self.user = user
    self.domain = domain
    flow = Flow(
      transport: transport, listener: transport.benchListener,
      remote: try #require(IPEndpoint(remote)), connection: connection.map { ConnectionID($0) })
    self.contact = contact ?? "sip:\(user)@\(remote)"
    digest = DigestPhone(user: user, password: password, realm: domain)
  }

  var address: String { "sip:\(user)@\(domain)" }

  // Requests

  func request(_ method: SIPMethod, _ uri: String) -> PhoneRequest {
    requests += 1
    return PhoneRequest(
      method: method, uri: uri, from: address, to: "<\(uri)>",
      callID: "\(user)-\(requests)@\(flow.remote)", branch: "\(user)\(requests)", flow: flow)
  }

  /// An INVITE to a URI, or to a user of the phone's own domain.
  func invite(_ callee: String) -> PhoneRequest {
    let isURI = ["sip:", "sips:"].contains { callee.hasPrefix($0) } || callee.hasPrefix("tel:")
    var invite = request(.invite, isURI ? callee : "sip:\(callee)@\(domain)")
    invite.contact = "<\(contact)>"
    invite.body = description
    return invite
  }

  func registration(_ parameters: String = ";expires=600") -> PhoneRequest {
    var register = request(.register, "sip:\(domain)")
    register.to = "<\(address)>"
    register.contact = "<\(contact)>\(parameters)"
    return register
  }

  /// The same request with the answer to a challenge (RFC 3261 §22.2, §22.3).
  func answering(_ challenge: SIPMessage, _ request: PhoneRequest) throws -> PhoneRequest {
    let isProxy = challenge.statusCode == 407
    let credentials = try digest.credentials(
      challenge.rows(isProxy ? .proxyAuthenticate : .wwwAuthenticate), method: request.method,
      uri: request.uri)
    var next = request.again()
    next.headers.append((isProxy ? .proxyAuthorization : .authorization, credentials.text))
    return next
  }

  /// Sends a request and, with the answer to the challenge that it gets, once more.
  func sendWithDigest(_ request: PhoneRequest) throws -> (request: PhoneRequest, sent: [Sent]) {
    let first = bench.send(request)
    let challenge = try #require(
      first.last { [401, 407].contains($0.message.statusCode) }, "\(first.summary)"
    ).message
    if request.method == .invite {
      let ack = request.hopByHop(.ack, to: challenge.firstValue(.to))
      #expect(bench.send(ack).isEmpty)
    }
    let second = try answering(challenge, request)
    return (second, bench.send(second))
  }

  @discardableResult
  func register(_ parameters: String = ";expires=600") throws -> SIPMessage {
    try sendWithDigest(registration(parameters)).sent.response(200)
  }

  // Responses

  @discardableResult
  func respond(_ status: Int, to request: Sent, withAnswer: Bool = true) -> [Sent] {
    var writer = MessageWriter.response(
      to: request.message, status: status, toTag: "t\(user)\(flow.remote.port)")
    writer.add(.contact, "<\(contact)>")
    let body =
      status == 200 && request.message.method == .invite && withAnswer ? description : []
    let bytes = writer.finish(body: body, contentType: body.isEmpty ? nil : "application/sdp")
    return bench.deliver(bytes, from: flow)
  }

  /// One audio stream, offered or answered.
  var description: [UInt8] {
    let address = flow.remote.address
    let lines = [
      "v=0", "o=\(user) 1 1 IN IP4 \(address)", "s=-", "c=IN IP4 \(address)", "t=0 0",
      "m=audio 40000 RTP/AVP 0", "a=rtpmap:0 PCMU/8000",
    ]
    return Array(lines.map { $0 + "\r\n" }.joined().utf8)
  }
}

extension ExchangeBench {
  func alice() throws -> BenchPhone {
    try BenchPhone(self, "alice", password: "secret1", at: "192.0.2.1:5060")
  }

  func bob(at remote: String = "192.0.2.2:5060", contact: String? = nil) throws -> BenchPhone {
    try BenchPhone(self, "bob", password: "secret2", at: remote, contact: contact)
  }

  /// A peer whose address is trusted.
  func trunk() throws -> BenchPhone {
    try BenchPhone(self, "trunk", password: "", at: "\(Self.gateway.remote)")
  }
}

extension TransportProtocol {
  fileprivate var benchListener: ListenerID {
    switch self {
    case .udp: ListenerID(0)
    case .tcp: ListenerID(1)
    case .tls: ListenerID(2)
    }
  }
}
