import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("Authenticating a request")
struct RequestAuthenticationTests {
  private let alice = CredentialHashes(user: "alice", realm: "example.test", password: "secret1")
  private let now = Now(
    steady: Instant(nanoseconds: 1_800_000_000_000_000_000),
    wall: WallTime(nanoseconds: 1_800_000_000_000_000_000))

  private func server() -> DigestAuthenticator {
    DigestAuthenticator(
      key: [UInt8](0..<32), startedAt: WallTime(nanoseconds: now.wall.nanoseconds - 1_000_000_000))
  }

  private func request(
    _ method: String, _ cseq: Int = 1, uri: String = "sip:example.test", extra: [String] = []
  ) throws -> SIPMessage {
    let lines =
      [
        "\(method) \(uri) SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.4:5060;branch=z9hG4bK\(cseq)",
        "From: <sip:alice@example.test>;tag=1", "To: <sip:alice@example.test>",
        "Call-ID: call", "CSeq: \(cseq) \(method)", "Max-Forwards: 70",
      ] + extra + ["Content-Length: 0", "", ""]
    return try SIPMessage(Array(lines.joined(separator: "\r\n").utf8))
  }

  private func authenticate(
    _ server: inout DigestAuthenticator, _ request: SIPMessage
  ) -> AuthenticationOutcome {
    var randomness = Randomness.seeded(1)
    return server.authenticate(request, realm: "example.test", now: now, randomness: &randomness) {
      $0 == "alice" ? alice : nil
    }
  }

  @Test(
    "REGISTER is challenged with 401 and anything else with 407 (RFC 3261 §22.2, §22.3)",
    arguments: [
      ("REGISTER", 401, HeaderName.wwwAuthenticate, "Authorization"),
      ("INVITE", 407, .proxyAuthenticate, "Proxy-Authorization"),
      ("MESSAGE", 407, .proxyAuthenticate, "Proxy-Authorization"),
    ])
  func kinds(_ method: String, _ status: Int, _ header: HeaderName, _ answer: String) throws {
    var server = server()
    guard
      case .challenge(let kind, let headers, cause: nil) = authenticate(
        &server, try request(method))
    else {
      Issue.record("no challenge")
      return
    }
    #expect(kind.status == status)
    #expect(headers.map(\.name) == [header])
    var phone = DigestPhone()
    let credentials = try phone.credentials(headers.map(\.value), method: SIPMethod(method))
    let second = try request(method, 2, extra: ["\(answer): \(credentials.text)"])
    #expect(authenticate(&server, second) == .authenticated(user: "alice", isRetransmission: false))
    #expect(authenticate(&server, second) == .authenticated(user: "alice", isRetransmission: true))
  }

  @Test("Used credentials on another request bring a stale challenge, with a new nonce")
  func replayed() throws {
    var server = server()
    var phone = DigestPhone()
    var randomness = Randomness.seeded(7)
    let challenges = server.challenges(
      realm: "example.test", isStale: false, now: now, randomness: &randomness)
    let credentials = try phone.credentials(challenges)
    let row = "Authorization: \(credentials.text)"
    #expect(
      authenticate(&server, try request("REGISTER", 1, extra: [row]))
        == .authenticated(user: "alice", isRetransmission: false))
    guard
      case .challenge(_, let headers, cause: .replayed) = authenticate(
        &server, try request("REGISTER", 2, extra: [row]))
    else {
      Issue.record("the replay was not challenged")
      return
    }
    let challenge = DigestChallenge(headers.first?.value ?? "")
    #expect(challenge?.isStale == true)
    #expect(challenge?.nonce != credentials.nonce)
  }

  @Test("A wrong password and an unknown user get the same challenge, which is not stale")
  func indistinguishable() throws {
    var server = server()
    var outcomes: [AuthenticationOutcome] = []
    for user in ["alice", "nobody"] {
      var phone = DigestPhone(user: user, password: "guess")
      var randomness = Randomness.seeded(9)
      let challenges = server.challenges(
        realm: "example.test", isStale: false, now: now, randomness: &randomness)
      let credentials = try phone.credentials(challenges)
      let outcome = authenticate(
        &server, try request("REGISTER", 2, extra: ["Authorization: \(credentials.text)"]))
      outcomes.append(outcome)
    }
    #expect(outcomes[0] == outcomes[1])
    guard case .challenge(_, let headers, cause: .wrong) = outcomes[0] else {
      Issue.record("not challenged")
      return
    }
    #expect(DigestChallenge(headers.first?.value ?? "")?.isStale == false)
  }

  @Test("Among several credentials those for our realm and nonce count (RFC 3261 §22.3)")
  func several() throws {
    var server = server()
    var phone = DigestPhone()
    var randomness = Randomness.seeded(3)
    let challenges = server.challenges(
      realm: "example.test", isStale: false, now: now, randomness: &randomness)
    let ours = try phone.credentials(challenges)
    var foreign = ours
    foreign.realm = "example.org"
    var old = ours
    old.nonce = "from-another-life"
    let rows = [foreign, ours, old].map { "Authorization: \($0.text)" }
    #expect(
      authenticate(&server, try request("REGISTER", extra: ["Authorization: Basic Zm9v"] + rows))
        == .authenticated(user: "alice", isRetransmission: false))
  }

  @Test(
    "Credentials that are not Digest for our realm are as good as none (RFC 8760 §2.6)",
    arguments: [
      "Basic YWxpY2U6c2VjcmV0MQ==", "Digest", "Digest username=\"alice\"", "\"",
      "Digest realm=\"example.org\", username=\"alice\", nonce=\"1\", uri=\"sip:a\", response=\"\"",
    ])
  func foreign(_ value: String) throws {
    var server = server()
    let message = try request("REGISTER", extra: ["Authorization: \(value)"])
    guard case .challenge(_, _, cause: nil) = authenticate(&server, message) else {
      Issue.record("taken for credentials")
      return
    }
  }

  @Test("Credentials for another user's Request-URI are answered 400 (RFC 7616 §3.4.6)")
  func wrongURI() throws {
    var server = server()
    var phone = DigestPhone()
    var randomness = Randomness.seeded(3)
    let challenges = server.challenges(
      realm: "example.test", isStale: false, now: now, randomness: &randomness)
    let credentials = try phone.credentials(challenges, uri: "sip:bob@example.test")
    #expect(
      authenticate(
        &server, try request("REGISTER", extra: ["Authorization: \(credentials.text)"]))
        == .malformed)
  }
}
