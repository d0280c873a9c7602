import SIP
import Testing

@Suite("Bodies of several parts (RFC 2046 §5.1)")
struct MultipartBodyTests {
  private func parts(_ text: String, _ type: String = "multipart/mixed; boundary=\"b 1\"")
    -> [String]?
  {
    MultipartBody(Array(text.utf8)[...], contentType: type)?.parts.map {
      "\($0.contentType ?? "-"): " + String(decoding: $0.body, as: UTF8.self)
    }
  }

  @Test("Parts, preamble and epilogue")
  func whole() {
    let text =
      "preamble\r\n--b 1\r\nContent-Type: a/b\r\nX: y\r\n\r\none\r\ntwo\r\n--b 1\r\n\r\nthree"
      + "\r\n--b 1--\r\nepilogue"
    #expect(parts(text) == ["a/b: one\r\ntwo", "-: three"])
  }

  @Test("The first part of a type, whatever its parameters")
  func first() {
    let text = "--x\r\nc: Application/SDP;a=b\r\n\r\nv=0\r\n--x--"
    let body = MultipartBody(Array(text.utf8)[...], contentType: "Multipart/mixed;boundary=x")
    #expect(body?.first("application/sdp").map { String(decoding: $0, as: UTF8.self) } == "v=0")
    #expect(body?.first("text/plain") == nil)
  }

  @Test("Damage is no reason to trap, and many parts are not looked at")
  func damage() {
    #expect(parts("--b 1") == [])
    #expect(parts("--b 1\r\n--b 1--") == ["-: "])
    #expect(parts("--b 1\nContent-Type: a/b") == ["a/b: "])
    #expect(parts("") == [])
    #expect(parts("x", "multipart/mixed") == nil)
    #expect(parts("x", "multipart/mixed;boundary=") == nil)
    #expect(parts("x", "application/sdp;boundary=x") == nil)
    let many = String(repeating: "--b 1\r\n\r\nx\r\n", count: 1000)
    #expect(parts(many)?.count == MultipartBody.maximumParts)
  }
}

@Suite("RAck, RSeq and Session-Expires")
struct ReliabilityHeaderTests {
  @Test("RAck (RFC 3262 §7.2)")
  func rAck() {
    #expect(RAck("776656 1 INVITE") == RAck(776656, of: CSeq(1, .invite)))
    #expect(RAck("4294967295  2 INVITE")?.response == .max)
    for text in ["", "1", "1 2", "1 INVITE", "-1 2 INVITE", "4294967296 1 INVITE", "1 2 INVITE x"] {
      #expect(RAck(text) == nil)
    }
    #expect(RAck(7, of: CSeq(3, .invite)).text == "7 3 INVITE")
  }

  @Test("Session-Expires (RFC 4028 §4)")
  func sessionExpires() {
    #expect(SessionExpires("1800") == SessionExpires(1800))
    #expect(SessionExpires("90 ; refresher=UAC;x=y") == SessionExpires(90, refresher: .uac))
    #expect(SessionExpires("99999999999")?.interval == .max)
    #expect(SessionExpires("90;refresher=nobody") == SessionExpires(90))
    #expect(SessionExpires("") == nil && SessionExpires("x") == nil)
    #expect(SessionExpires(60, refresher: .uas).text == "60;refresher=uas")
  }
}
