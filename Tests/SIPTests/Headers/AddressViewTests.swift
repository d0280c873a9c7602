import SIP
import Testing

struct AddressViewTests {
  @Test(
    "A view says what the address says, as it is written",
    arguments: [
      ("\"A \\\"B\\\"\" <sip:a@b;x=1>;tag=t1;y", "sip:a@b;x=1", "t1"),
      ("<tel:+1>;TAG=\"q\";tag=second", "tel:+1", "q"), ("sip:a@b;tag=z", "sip:a@b", "z"),
      ("Bob <sip:b>;x=\";tag=no\"", "sip:b", nil),
    ])
  func parts(text: String, uri: String, tag: String?) throws {
    let view = try #require(AddressView(text))
    let address = try #require(NameAddress(text))
    #expect(view.uriText == uri)
    #expect(view.uri == address.uri)
    #expect(view.tag == tag)
    #expect(view.tag == address.tag)
    #expect(Array(view.uriBytes) == Array(uri.utf8))
  }

  @Test(
    "What is no address has no view",
    arguments: ["", "<sip:a", "\"x <sip:a>", "\"x\" sip:a", "<>", "sip:a, sip:b", "<sip:a> x"])
  func malformed(text: String) {
    #expect(AddressView(text) == nil)
    #expect(NameAddress(text) == nil)
  }

  @Test("From, To, Call-ID and the branch are read where they lie, folded or not")
  func message() throws {
    let message = try SIPMessage(
      SampleMessage.bytes(
        "OPTIONS sip:a SIP/2.0\nFrom: \"A\"\n <sip:a@b>\n ;tag=one\nt: <sip:c>\ni: x@y\n"
          + "Via: , SIP/2.0/UDP h;branch=\"z, 9\" , SIP/2.0/UDP i;branch=2\n\n"))
    #expect(message.fromView?.uriText == "sip:a@b")
    #expect(message.fromView?.tag == message.fromTag)
    #expect(message.toView?.tagBytes == nil)
    #expect(!message.hasToTag)
    #expect(message.callIDBytes.map { Array($0) } == Array("x@y".utf8))
    #expect(message.topVia?.branchBytes.map { Array($0) } == Array("\"z, 9\"".utf8))
    #expect(message.topVia?.branch == "z, 9")
    #expect(message.vias.map(\.branch) == ["z, 9", "2"])
  }
}
