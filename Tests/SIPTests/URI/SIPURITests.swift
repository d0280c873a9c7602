import Addressing
import SIP
import Testing

struct SIPURITests {
  @Test(
    "A well-formed URI reads and writes the same (RFC 3261 §19.1.3)",
    arguments: [
      "sip:alice@atlanta.com", "sip:alice:secretword@atlanta.com;transport=tcp",
      "sips:alice@atlanta.com?subject=project%20x&priority=urgent",
      "sip:+1-212-555-1212:1234@gateway.com;user=phone", "sips:1212@gateway.com",
      "sip:alice@192.0.2.4", "sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com",
      "sip:alice;day=tuesday@atlanta.com", "sip:user;par=u%40example.net@example.com",
      "sip:[2001:db8::10]:5070;lr", "sip:sips%3Auser%40example.com@example.net",
      "sip:*21#@pbx_1.example.com",
    ])
  func roundTrip(text: String) throws {
    #expect(try #require(SIPURI(text)).text == text)
    #expect(try #require(URI(text)).text == text)
  }

  @Test(
    "A malformed URI is none (RFC 3261 §25.1)",
    arguments: [
      "", "sip:", "sip:@host", "sip:a@", "sip:a b@host", "sip:a@host:port", "sip:a@host:99999",
      "sip:a@b@c", "sip:a@host;", "sip:a@host;;lr", "sip:a@host;x=", "sip:%4@host",
      "sip:a@2001:db8::1", "sip:a@[2001:db8::1", "sip:a@[192.0.2.1]", "sip:a@host; lr",
      "<sip:a@host>", "alice", ":x", "sip:a@host?a=\u{22}", "sip:é@host", "1sip:a@host",
      "http:", "http:a b", "tel:", "tel:+", "tel:+49x", "tel:--", "sip:a@.host",
    ])
  func malformed(text: String) {
    #expect(URI(text) == nil)
  }

  @Test("The parts come apart")
  func parts() throws {
    let uri = try #require(SIPURI("SIPS:j%40s:p%3a@[2001:DB8::1]:5071;Transport=TCP;lr?a=b"))
    #expect(uri.isSecure)
    #expect(uri.user == "j%40s")
    #expect(uri.userDecoded == "j@s")
    #expect(uri.password == "p%3a")
    #expect(uri.host == "[2001:DB8::1]")
    #expect(uri.hostAddress == IPAddress("2001:db8::1"))
    #expect(uri.port == 5071)
    #expect(uri.transport == "tcp")
    #expect(uri.isLooseRouter)
    #expect(uri.headers == "a=b")
  }

  @Test(
    "URIs that RFC 3261 §19.1.4 calls equivalent match",
    arguments: [
      ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
      ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
      ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
      ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"),
      (
        "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
        "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
      ),
      (
        "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
        "sip:alice@atlanta.com?priority=urgent&subject=project%20x"
      ),
      ("sip:a@[2001:db8::1]", "sip:a@[2001:DB8:0::0:1]"),
      ("sip:a%2fb@h", "sip:a%2Fb@h"),
      ("sip:h;%6C%72;n%61me=v%61lue%25%34%31", "sip:h;lr;name=value%2541"),
    ])
  func equivalent(left: String, right: String) throws {
    let (one, two) = (try #require(SIPURI(left)), try #require(SIPURI(right)))
    #expect(one.matches(two))
    #expect(two.matches(one))
  }

  @Test(
    "URIs that RFC 3261 §19.1.4 calls different do not match",
    arguments: [
      ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
      ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
      ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
      ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
      ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
      ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
      ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
      ("sip:a@h", "sips:a@h"), ("sip:a@h", "sip:h"), ("sip:a:p@h", "sip:a@h"),
      ("sip:h;n%61me=v%61lue%25%34%31", "sip:h;name=valueA"),
      ("sip:a@h;maddr=192.0.2.1", "sip:a@h"), ("sip:a%2Fb@h", "sip:a/b@h"),
    ])
  func different(left: String, right: String) throws {
    let (one, two) = (try #require(SIPURI(left)), try #require(SIPURI(right)))
    #expect(!one.matches(two))
    #expect(!two.matches(one))
  }

  @Test("Three colons before an IPv4 tail are two (RFC 5118 §4.10)")
  func threeColons() throws {
    let uri = try #require(SIPURI("sip:user@[2001:db8:::192.0.2.1]"))
    #expect(uri.hostAddress == IPAddress("2001:db8::192.0.2.1"))
    #expect(uri.text == "sip:user@[2001:db8:::192.0.2.1]")
    #expect(SIPURI("sip:user@[2001:db8:::1]") == nil)
  }

  @Test("Escaped parameter names are found (RFC 4475 §3.1.1.3)")
  func escapedNames() throws {
    let uri = try #require(SIPURI("sip:h;%6C%72;tr%61nsport=%54CP"))
    #expect(uri.isLooseRouter)
    #expect(uri.transport == "tcp")
  }

  @Test("A telephone number loses its separators, not its text (RFC 3966 §3)")
  func telephone() throws {
    let global = try #require(TelURI("tel:+1-(201).555-0123;ext=12"))
    #expect(global.digits == "+12015550123")
    #expect(global.isGlobal)
    #expect(global.text == "tel:+1-(201).555-0123;ext=12")
    let local = try #require(TelURI("TEL:*21#;phone-context=example.com"))
    #expect(local.digits == "*21#")
    #expect(local.context == "example.com")
    #expect(TelURI("tel:112") != nil)
    #expect(TelURI("sip:112") == nil)
  }
}
