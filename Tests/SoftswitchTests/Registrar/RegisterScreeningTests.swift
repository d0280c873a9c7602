import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("Who may register")
struct RegisterScreeningTests {
  private let now = RegistrarFixture.now(10)

  private func directory() throws -> SubscriberDirectory {
    try SubscriberDirectory(
      domains: ["example.test", "example.org"],
      subscribers: [
        ("alice", "example.test", nil), ("bob", "example.test", "+15550002"),
        ("bob", "example.org", nil),
      ].map { user, domain, number in
        Subscriber(
          address: AddressOfRecord(user: user, domain: domain), number: number,
          hashes: CredentialHashes(user: user, realm: domain, password: "secret1"),
          origin: .configuration)
      })
  }

  private func request(
    _ to: String, uri: String = "sip:example.test", authorization: String? = nil
  ) throws -> SIPMessage {
    var lines = [
      "REGISTER \(uri) SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.4:5060;branch=z9hG4bK1",
      "From: <\(to)>;tag=1", "To: <\(to)>", "Call-ID: c", "CSeq: 1 REGISTER", "Max-Forwards: 70",
    ]
    if let authorization { lines.append("Authorization: \(authorization)") }
    lines += ["Content-Length: 0", "", ""]
    return try SIPMessage(Array(lines.joined(separator: "\r\n").utf8))
  }

  /// Registers `to` with the password of `user`, after a challenge.
  private func screen(
    _ to: String, as user: String, uri: String = "sip:example.test", password: String = "secret1"
  ) throws -> RegisterScreening {
    var authenticator = DigestAuthenticator(
      key: [1], startedAt: RegistrarFixture.now(0).wall)
    var randomness = Randomness.seeded(1)
    let first = RegisterScreening.screen(
      try request(to, uri: uri), directory: try directory(), authenticator: &authenticator,
      now: now, randomness: &randomness)
    guard case .answered(let challenge, cause: nil) = first, challenge.status == 401 else {
      return first
    }
    let realm = DigestChallenge(challenge.headers[0].value)?.realm ?? ""
    var phone = DigestPhone(user: user, password: password, realm: realm)
    let credentials = try phone.credentials(challenge.headers.map(\.value), uri: uri)
    return RegisterScreening.screen(
      try request(to, uri: uri, authorization: credentials.text), directory: try directory(),
      authenticator: &authenticator, now: now, randomness: &randomness)
  }

  @Test("A subscriber with the right password is admitted to its own bindings (§10.3 step 4)")
  func admitted() throws {
    let bob = AddressOfRecord(user: "bob", domain: "example.test")
    for to in ["sip:bob@example.test", "sip:b%6fb@EXAMPLE.test;x=y", "sip:+15550002@example.test"] {
      #expect(try screen(to, as: "bob") == .admitted(bob, isRetransmission: false))
    }
  }

  @Test(
    "Others are refused",
    arguments: [
      // §10.3 step 4: somebody else's bindings.
      ("sip:alice@example.test", "bob", "sip:example.test", 403),
      // §10.3 step 5: an address that does not exist, or not in the Request-URI's domain.
      ("sip:nobody@example.test", "bob", "sip:example.test", 404),
      ("sip:bob@example.org", "bob", "sip:example.test", 404),
      ("tel:+15559999", "bob", "sip:example.test", 404),
      // §10.3 step 1: not our domain.
      ("sip:bob@example.test", "bob", "sip:elsewhere.test", 404),
      ("sip:bob@example.test", "bob", "tel:+15550002", 404),
      // §22.2: a wrong user.
      ("sip:bob@example.test", "nobody", "sip:example.test", 401),
    ])
  func refused(_ to: String, _ user: String, _ uri: String, _ status: Int) throws {
    guard case .answered(let answer, _) = try screen(to, as: user, uri: uri) else {
      Issue.record("admitted")
      return
    }
    #expect(answer.status == status)
  }

  @Test("A wrong password is told apart from a first challenge, for those who count")
  func cause() throws {
    let screening = try screen("sip:bob@example.test", as: "bob", password: "guess")
    guard case .answered(let answer, cause: .wrong) = screening else {
      Issue.record("not refused as wrong: \(screening)")
      return
    }
    #expect(answer.status == 401)
  }

  @Test("A trusted source registers whom it names, and still only who exists")
  func trusted() throws {
    var authenticator = DigestAuthenticator(key: [1], startedAt: now.wall)
    var randomness = Randomness.seeded(1)
    let outcomes = try ["sip:bob@example.test", "sip:nobody@example.test"].map {
      RegisterScreening.screen(
        try request($0), isTrusted: true, directory: try directory(),
        authenticator: &authenticator, now: now, randomness: &randomness)
    }
    let bob = AddressOfRecord(user: "bob", domain: "example.test")
    #expect(
      outcomes == [
        .admitted(bob, isRetransmission: false), .answered(RegisterAnswer(404), cause: nil),
      ])
  }
}
