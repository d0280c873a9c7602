import Addressing
import SIP
import Testing

@testable import Softswitch

@Suite("Subscriber directory")
struct SubscriberDirectoryTests {
  private func subscriber(
    _ user: String, _ domain: String = "example.test", number: String? = nil,
    from origin: Subscriber.Origin = .configuration, hashes: CredentialHashes? = nil
  ) -> Subscriber {
    Subscriber(
      address: AddressOfRecord(user: user, domain: domain), number: number,
      hashes: hashes ?? CredentialHashes(user: user, realm: domain, password: "x"),
      origin: origin)
  }

  private func directory(_ subscribers: [Subscriber]) throws -> SubscriberDirectory {
    try SubscriberDirectory(
      domains: ["Example.test", "example.org"],
      addresses: [try #require(IPAddress("192.0.2.1")), try #require(IPAddress("2001:db8::1"))],
      subscribers: subscribers)
  }

  @Test(
    "A host means one of the domains; the node's own address means the first",
    arguments: [
      ("example.test", "example.test"), ("EXAMPLE.TEST.", "example.test"),
      ("example.org", "example.org"), ("192.0.2.1", "example.test"),
      ("[2001:DB8::1]", "example.test"), ("192.0.2.2", nil), ("sub.example.test", nil), ("", nil),
    ] as [(String, String?)])
  func domains(_ host: String, _ domain: String?) throws {
    #expect(try directory([]).domain(ofHost: host) == domain)
  }

  @Test(
    "A subscriber is found by user, by number, and by number without its plus",
    arguments: [
      ("sip:bob@example.test", "bob"), ("sip:b%6fb@192.0.2.1:5060;transport=tcp", "bob"),
      ("sip:+15550002@example.test", "bob"), ("sip:15550002@example.test;user=phone", "bob"),
      ("sip:+1-555-00.02@example.org", "bob"), ("tel:+1-555-0002", "bob"),
      ("tel:15550002;phone-context=example.test", "bob"),
      ("sip:1001@example.test", "carol"), ("sip:+1001@example.test", nil),
      ("sip:0015550002@example.test", nil), ("sip:BOB@example.test", nil),
      ("sip:bob@example.org", nil), ("sip:bob@elsewhere.test", nil),
      ("sip:+15550002@elsewhere.test", nil), ("sip:example.test", nil), ("urn:service:sos", nil),
      // A user's name goes before another's number.
      ("sip:2002@example.test", "2002"), ("sip:2002@example.org", "dave"),
    ] as [(String, String?)])
  func dialled(_ uri: String, _ user: String?) throws {
    let directory = try directory([
      subscriber("bob", number: "+15550002"), subscriber("carol", number: "1001"),
      subscriber("2002"), subscriber("dave", number: "2002"),
    ])
    let found = directory.subscriber(dialled: try #require(URI(uri)))
    #expect(found?.address.user == user)
  }

  @Test("A subscriber in the configuration and in the database is an error that names it")
  func inBoth() {
    let error = #expect(throws: SubscriberConflict.self) {
      try directory([subscriber("bob"), subscriber("alice"), subscriber("bob", from: .database)])
    }
    #expect(
      error?.description == "subscriber bob@example.test is both in the configuration and in the "
        + "database; remove it from one of them")
  }

  @Test("A number has one subscriber, however it is spelt")
  func numberTaken() {
    let bob = AddressOfRecord(user: "bob", domain: "example.test")
    let eve = AddressOfRecord(user: "eve", domain: "example.org")
    for (first, second) in [("+15550002", "+1-555-0002"), ("+15550002", "15550002")] {
      let conflict = SubscriberConflict.numberTaken(
        second.filter { $0 != "-" }, by: bob, and: eve)
      #expect(throws: conflict) {
        try directory([
          subscriber("bob", number: first), subscriber("eve", "example.org", number: second),
        ])
      }
    }
  }

  @Test("A subscriber of a domain that is not ours is an error")
  func unknownDomain() {
    let stray = subscriber("bob", "elsewhere.test", from: .database)
    #expect(throws: SubscriberConflict.unknownDomain(stray.address)) { try directory([stray]) }
  }

  @Test("The algorithms of a domain are those that all its subscribers have hashes for")
  func algorithms() throws {
    let old = CredentialHashes(
      md5: "79086a5d051b53bf05e27cc1ae754920", sha256: nil, sha512_256: nil)
    let directory = try directory([
      subscriber("bob"), subscriber("alice", hashes: old), subscriber("carol", "example.org"),
    ])
    #expect(directory.algorithms(in: "example.test") == [.md5])
    #expect(directory.algorithms(in: "example.org") == Set(DigestAlgorithm.allCases))
    #expect(try self.directory([]).algorithms(in: "example.test").count == 3)
  }

  @Test(
    "An address-of-record is canonical, and its URI is escaped again (§10.3 step 5)",
    arguments: [
      (
        "sip:b%6Fb@EXAMPLE.test:5080;transport=tcp;user=phone", "bob@example.test",
        "sip:bob@example.test"
      ),
      ("sip:a%20b%40c@example.test", "a b@c@example.test", "sip:a%20b%40c@example.test"),
      ("sip:+1(555)@example.test.", "+1(555)@example.test", "sip:+1(555)@example.test"),
      ("sip:j%C3%BCrg@example.test", "jürg@example.test", "sip:j%C3%BCrg@example.test"),
    ])
  func canonical(_ uri: String, _ text: String, _ again: String) throws {
    let parsed = try #require(SIPURI(uri))
    let address = try #require(AddressOfRecord(parsed))
    #expect("\(address)" == text)
    #expect(address.uri.text == again)
    #expect(AddressOfRecord(address.uri) == address)
  }
}
