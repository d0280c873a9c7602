import Addressing
import SIP
import Testing

@testable import Softswitch

@Suite("Identity")
struct IdentityRuleTests {
  private func directory() throws -> SubscriberDirectory {
    try SubscriberDirectory(
      domains: ["example.test", "example.org"], addresses: [try #require(IPAddress("192.0.2.1"))],
      subscribers: [
        subscriber("alice", "example.test"),
        subscriber("bob", "example.test", number: "+15550002"),
        subscriber("bob", "example.org"),
      ])
  }

  private func subscriber(_ user: String, _ domain: String, number: String? = nil) -> Subscriber {
    Subscriber(
      address: AddressOfRecord(user: user, domain: domain), number: number,
      hashes: CredentialHashes(user: user, realm: domain, password: "x"), origin: .configuration)
  }

  @Test(
    "A caller's From names the caller, by user or number, in the caller's domain",
    arguments: [
      ("sip:bob@example.test", true), ("sip:bob@EXAMPLE.test:5070;transport=tcp", true),
      ("sip:b%6Fb@example.test", true), ("sip:bob@192.0.2.1", true),
      ("sip:+15550002@example.test", true), ("sip:15550002@example.test;user=phone", true),
      ("sip:alice@example.test", false), ("sip:Bob@example.test", false),
      ("sip:bob@example.org", false), ("sip:bob@elsewhere.test", false),
      ("sip:+15550002@example.org", false), ("sip:nobody@example.test", false),
      ("sip:example.test", false), ("sip:anonymous@anonymous.invalid", true),
      ("tel:+15550002", false), ("mailto:bob@example.test", false),
    ])
  func mayCall(_ from: String, _ allowed: Bool) throws {
    let directory = try directory()
    let address = AddressOfRecord(user: "bob", domain: "example.test")
    let bob = try #require(directory.subscriber(address))
    let uri = try #require(URI(from))
    #expect(IdentityRule.mayCall(from: uri, as: bob, in: directory) == allowed)
  }

  @Test("A subscriber registers its own address-of-record only (RFC 3261 §10.3 step 4)")
  func mayRegister() {
    let bob = subscriber("bob", "example.test")
    #expect(IdentityRule.mayRegister(bob.address, as: bob))
    #expect(
      !IdentityRule.mayRegister(AddressOfRecord(user: "alice", domain: "example.test"), as: bob))
    #expect(!IdentityRule.mayRegister(AddressOfRecord(user: "bob", domain: "example.org"), as: bob))
  }
}
