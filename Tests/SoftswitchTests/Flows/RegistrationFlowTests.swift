import SIP
import Testing

@testable import Softswitch

/// RFC 3665 §2, message by message. Nonces and Contacts are ours, and what the RFC shows over TLS
/// is the same over UDP.
@Suite("RFC 3665 §2: SIP Registration")
struct RegistrationFlowTests {
  let bench: ExchangeBench
  let bob: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    bob = try bench.bob()
  }

  /// F1 to F4 of §2.1.
  private func register() throws -> (first: SIPMessage, challenge: SIPMessage, last: PhoneRequest) {
    let request = bob.registration()
    let challenge = try bench.send(request).response(401)
    let again = try bob.answering(challenge, request)
    #expect(again.callID == request.callID && again.cSeq == request.cSeq + 1)
    return (try bench.send(again).response(200), challenge, again)
  }

  /// The next REGISTER of the same client, with its credentials at once.
  private func next(
    after last: PhoneRequest, _ challenge: SIPMessage, contact: String?,
    headers: [(HeaderName, String)] = []
  ) throws -> SIPMessage {
    var request = last
    request.headers = headers
    request.contact = contact
    return try bench.send(bob.answering(challenge, request)).response(200)
  }

  @Test("§2.1 Successful New Registration")
  func new() throws {
    let (answer, challenge, _) = try register()
    let text = try #require(challenge.firstValue(.wwwAuthenticate))
    for part in ["Digest ", "realm=\"example.test\"", "nonce=\"", "qop=\"auth\""] {
      #expect(text.contains(part), "\(text)")
    }
    #expect(answer.rows(.contact) == ["<\(bob.contact)>;expires=600"])
    #expect(answer.toTag != nil && answer.cSeq?.number == 2)
    #expect(answer.topVia?.branch == "z9hG4bKbob1n")
    #expect(bench.exchange.registrationCount == 1)
  }

  @Test("§2.2 Update of Contact List")
  func update() throws {
    let (_, challenge, last) = try register()
    let answer = try next(after: last, challenge, contact: "<sip:bob@192.0.2.77:5060>;expires=600")
    #expect(
      Set(answer.rows(.contact).map { $0.prefix { $0 != ";" } }) == [
        "<\(bob.contact)>", "<sip:bob@192.0.2.77:5060>",
      ])
    #expect(bench.exchange.registrationCount == 2)
  }

  @Test("§2.3 Request for Current Contact List")
  func fetch() throws {
    let (_, challenge, last) = try register()
    let answer = try next(after: last, challenge, contact: nil)
    #expect(answer.rows(.contact) == ["<\(bob.contact)>;expires=600"])
    #expect(bench.exchange.registrationCount == 1, "nothing has changed")
  }

  @Test("§2.4 Cancellation of Registration")
  func cancellation() throws {
    let (_, challenge, last) = try register()
    let answer = try next(after: last, challenge, contact: "*", headers: [(.expires, "0")])
    #expect(answer.rows(.contact).isEmpty)
    #expect(bench.exchange.registrationCount == 0)
  }

  @Test("§2.5 Unsuccessful Registration")
  func wrongPassword() throws {
    bob.digest.password = "wrong"
    let (_, sent) = try bob.sendWithDigest(bob.registration())
    #expect(sent.summary == ["401 REGISTER"])
    #expect(try sent.response(401).contains(.wwwAuthenticate), "and may try again")
    #expect(bench.exchange.registrationCount == 0)
  }
}
