import Addressing
import SIP
import Testing

struct HeaderTests {
  @Test(
    "Name addresses come apart (RFC 3261 §20.10, §20.20)",
    arguments: [
      ("\"A. G. Bell\" <sip:agb@bell.example.com>;tag=a48s", "A. G. Bell", "a48s"),
      ("sip:+12125551212@phone2net.com;tag=887s", nil, "887s"),
      ("Anonymous <sip:c8oqz84zk7z@privacy.org> ; tag = hyh8", "Anonymous", "hyh8"),
      ("<sip:a@b;tag=no>", nil, nil), ("two  words\t<sip:a@b>;Tag=x", "two  words", "x"),
      ("caller<sip:a@b>;tag=323", "caller", "323"), ("J\u{FC}rgen <sip:a@b>", "J\u{FC}rgen", nil),
      ("\"\\\"q\\\" \\\\ <x>;tag=1\" <sip:a@b>", "\"q\" \\ <x>;tag=1", nil),
      ("\"\"<tel:+15550100>;tag=1", "", "1"), ("<http://example.com/?a;b>;tag=2", nil, "2"),
    ] as [(String, String?, String?)])
  func nameAddress(text: String, name: String?, tag: String?) throws {
    let address = try #require(NameAddress(text))
    #expect(address.displayName == name)
    #expect(address.tag == tag)
    #expect(NameAddress(address.text) == address)
  }

  @Test(
    "Malformed name addresses are none",
    arguments: [
      "", "<sip:a@b", "\"open <sip:a@b>", "\"quoted\"sip:a@b", "a, b <sip:a@b>",
      "sip:a@b?Route=%3Csip:c%3E", "<sip:a@b>;", "<sip:a@b>;;;", "<sip:a@b>;x=", "<sip:a@b> x",
      "sip:a@b, sip:c@d", "<>", "< sip:a@b >", "<sip:a@b>;x=\"open",
    ])
  func malformedNameAddress(text: String) {
    #expect(NameAddress(text) == nil)
  }

  @Test(
    "A preference is cut to 0…1 and thousandths (RFC 3261 §20.10)",
    arguments: [
      ("0.7", 0.7), ("1", 1), ("1.000", 1), ("0", 0), ("7.5", 1), ("0.12345", 0.123), (".5", 0.5),
      ("1.", 1), ("-1", nil), ("x", nil), (".", nil), ("0.5.5", nil),
    ] as [(String, Double?)])
  func quality(text: String, q: Double?) throws {
    #expect(try #require(NameAddress("<sip:a@b>;q=\(text)")).q == q)
  }

  @Test("A Contact's expiry saturates (RFC 3261 §10.2.1.1)")
  func contactExpiry() throws {
    #expect(try #require(NameAddress("<sip:a@b>;expires=60")).expires == 60)
    #expect(try #require(NameAddress("<sip:a@b>;expires=280297596632815")).expires == .max)
    #expect(try #require(NameAddress("<sip:a@b>;expires=soon")).expires == nil)
  }

  @Test("Parameters keep their order and are quoted where they must be")
  func parameters() throws {
    var parameters = try #require(NameAddress("<sip:a@b>;One=1;two;three=\"a;b\"")).parameters
    #expect(parameters.value("ONE") == "1")
    #expect(parameters.has("two"))
    #expect(parameters.value("two") == nil)
    #expect(parameters.value("three") == "a;b")
    parameters.set("one", "x y\"z")
    parameters.set("four", "[2001:db8::1]")
    parameters.remove("TWO")
    #expect(parameters.text == ";one=\"x y\\\"z\";three=\"a;b\";four=[2001:db8::1]")
    #expect(parameters["one"] == "x y\"z")
  }

  @Test("More parameters than the limit are malformed")
  func tooManyParameters() {
    let many = (0..<65).map { ";p\($0)" }.joined()
    #expect(NameAddress("<sip:a@b>\(many)") == nil)
    #expect(Via("SIP/2.0/UDP h\(many)") == nil)
    #expect(SIPURI("sip:h\(many)") == nil)
  }

  @Test("A Via with white space everywhere reads (RFC 3261 §20.42, RFC 4475 §3.1.1.1)")
  func via() throws {
    let via = try #require(
      Via("SIP  / 2.0\r\n /TCP     spindle.example.com   :  5070 ;\r\n  branch  =   z9hG4bK9"))
    #expect(via.text == "SIP/2.0/TCP spindle.example.com:5070;branch=z9hG4bK9")
    #expect(via.branch == "z9hG4bK9")
    #expect(via.rport == .absent)
    #expect(via.hostAddress == nil)
  }

  @Test(
    "Malformed Vias are none",
    arguments: [
      "", "SIP/2.0/UDP", "SIP/2.0 UDP h", "SIP/3.0/UDP h", "SIP/2.0/UDP h;;x", "SIP/2.0/UDP h:x",
      "SIP/2.0/UDP h:70000", "SIP/2.0/UDP [::1", "SIP/2.0/UDP 2001:db8::1", "SIP/2.0/UDP h;",
    ])
  func malformedVia(text: String) {
    #expect(Via(text) == nil)
  }

  @Test(
    "A response goes where the Via says (RFC 3261 §18.2.2, RFC 3581 §4, RFC 5118 §4.5)",
    arguments: [
      ("SIP/2.0/UDP 192.0.2.1", "192.0.2.1:5060"), ("SIP/2.0/UDP 192.0.2.1:9", "192.0.2.1:9"),
      ("SIP/2.0/UDP host", nil), ("SIP/2.0/UDP host:9;received=192.0.2.2", "192.0.2.2:9"),
      ("SIP/2.0/UDP host:9;received=192.0.2.2;rport=77", "192.0.2.2:77"),
      ("SIP/2.0/UDP 192.0.2.1;maddr=192.0.2.3;received=192.0.2.2", "192.0.2.3:5060"),
      ("SIP/2.0/UDP h;received=2001:db8::2", "[2001:db8::2]:5060"),
      ("SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255]", "[2001:db8::9:255]:5060"),
      ("SIP/2.0/UDP h;received=192.0.2.2;rport=0", "192.0.2.2:5060"),
      ("SIP/2.0/UDP 192.0.2.1;maddr=host", nil),
    ] as [(String, String?)])
  func responseEndpoint(text: String, endpoint: String?) throws {
    #expect(try #require(Via(text)).responseEndpoint?.description == endpoint)
  }

  @Test(
    "CSeq is a number, white space and a method (RFC 3261 §20.16)",
    arguments: [
      ("0009\r\n  INVITE", CSeq(9, .invite)), ("4294967295 BYE", CSeq(4_294_967_295, .bye)),
      ("36893488147419103232 REGISTER", nil), ("1INVITE", nil), ("1 ", nil), ("INVITE", nil),
      ("1 INVITE x", nil), ("-1 INVITE", nil), ("1 IN@VITE", nil),
    ] as [(String, CSeq?)])
  func cSeq(text: String, cSeq: CSeq?) {
    #expect(CSeq(text) == cSeq)
  }
}
