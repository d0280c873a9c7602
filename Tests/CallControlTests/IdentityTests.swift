import Addressing
import CallControl
import SIP
import Testing

@Suite("Who calls, and why a call ends (RFC 3323, 3325, 3326)")
struct IdentityTests {
  let alice = TestParty.alice
  let bob = TestParty.bob()
  let bobsNetwork = IPNetwork("192.0.2.10/32")!
  let pai = HeaderName("P-Asserted-Identity")

  private func invite(
    _ bench: CallBench, _ headers: [(HeaderName, String)] = []
  ) throws -> SIPMessage {
    try bench.deliver(alice.invite(headers: headers), from: alice.flow).request(.invite)
  }

  private func finish(_ bench: CallBench) throws {
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
  }

  @Test("A trusted caller's assertion goes to who is trusted, and to nobody else")
  func asserted() throws {
    let headers = [(pai, "<sip:+15550001@carrier.test>"), (pai, "<tel:+15550001>")]
    for isTrusted in [true, false] {
      let bench = CallBench(trusted: isTrusted ? [bobsNetwork] : [])
      #expect(try invite(bench, headers).rows(pai).count == (isTrusted ? 2 : 0))
      try finish(bench)
    }
  }

  @Test("A subscriber's own assertion is replaced by ours")
  func subscriber() throws {
    let bench = CallBench(trusted: [bobsNetwork], identity: .subscriber("alice@example.test"))
    let sent = try invite(bench, [(pai, "<sip:president@example.test>")])
    #expect(sent.rows(pai) == ["<sip:alice@example.test>"])
    try finish(bench)
  }

  @Test("Privacy hides the caller from phones, and is passed on to who is trusted")
  func privacy() throws {
    let headers: [(HeaderName, String)] = [
      (.privacy, "id;critical"), (.subject, "Alice speaking"), (.callInfo, "<http://a.test/me>"),
    ]
    let bench = CallBench(identity: .subscriber("alice@example.test"))
    let hidden = try invite(bench, headers)
    #expect(hidden.from?.uri.text == "sip:anonymous@anonymous.invalid")
    #expect(!hidden.contains(.privacy) && !hidden.contains(pai) && !hidden.contains(.subject))
    #expect(!String(decoding: hidden.bytes, as: UTF8.self).lowercased().contains("alice"))
    let ringing = try bench.deliver(bob.respond(180, to: hidden), from: bob.flow)
    #expect(try ringing.response(180).from?.uri.text == "sip:alice@example.test")
    try finish(bench)
    #expect(bench.records.first?.callerUser == "alice@example.test", "the record knows")
    let trusted = CallBench(trusted: [bobsNetwork], identity: .subscriber("alice@example.test"))
    let shown = try invite(trusted, headers)
    #expect(shown.firstValue(.privacy) == "id;critical")
    #expect(shown.from?.uri.text == "sip:alice@example.test")
    try finish(trusted)
  }

  @Test("The reason of a BYE travels to the other party")
  func byeReason() throws {
    let bench = CallBench()
    let toBob = try invite(bench)
    let toAlice = try bench.deliver(bob.respond(200, to: toBob, body: bob.sdp()), from: bob.flow)
      .response(200)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: toAlice), from: alice.flow)
    let sent = try bench.deliver(
      alice.request(
        .bye, cSeq: 2, dialog: toAlice,
        headers: [
          (.reason, "Q.850;cause=16;text=\"Terminated\""),
          (.reason, String(repeating: "x", count: 5000)),
        ]), from: alice.flow)
    #expect(try sent.request(.bye).rows(.reason) == ["Q.850;cause=16;text=\"Terminated\""])
    bench.expectNothingLeft()
  }

  @Test("A phone that loses the race hears so; one whose caller gave up hears the caller's reason")
  func cancelReason() throws {
    let bench = CallBench { _ in .targets([[CallBench.target(0), CallBench.target(1)]]) }
    let second = TestParty.bob(1)
    let sent = try bench.deliver(alice.invite(), from: alice.flow)
    let one = try sent.request(.invite, to: bob)
    let two = try sent.request(.invite, to: second)
    try bench.deliver(bob.respond(180, to: one), from: bob.flow)
    let answer = try bench.deliver(
      second.respond(200, to: two, body: second.sdp()), from: second.flow)
    #expect(
      try answer.request(.cancel, to: bob).firstValue(.reason)
        == "SIP;cause=200;text=\"Call completed elsewhere\"")
    try finish(bench)
    let other = CallBench()
    let invite = try invite(other)
    try other.deliver(bob.respond(180, to: invite), from: bob.flow)
    let cancel = try SIPMessage(alice.hopByHop(.cancel, of: alice.invite()))
    var writer = MessageWriter(request: .cancel, uri: cancel.requestURIText)
    for field in cancel.fields where field.name != .contentLength {
      writer.add(field.name, field.value)
    }
    writer.add(.reason, "SIP;cause=487;text=\"Gave up\"")
    let passed = try other.deliver(writer.finish(), from: alice.flow)
    #expect(
      try passed.request(.cancel).firstValue(.reason) == "SIP;cause=487;text=\"Gave up\"")
    other.expectNothingLeft()
  }

  @Test("Of a body of several parts the session description is taken")
  func multipart() throws {
    let bench = CallBench()
    let plain = try SIPMessage(alice.invite())
    var writer = MessageWriter(request: .invite, uri: plain.requestURIText)
    for field in plain.fields where ![.contentLength, .contentType].contains(field.name) {
      writer.add(field.name, field.value)
    }
    var body = Array("--b1\r\nContent-Type: application/isup\r\n\r\nxyz\r\n--b1\r\n".utf8)
    body += Array("Content-Type: application/sdp\r\n\r\n".utf8) + alice.sdp()
    body += Array("\r\n--b1--\r\n".utf8)
    let bytes = writer.finish(body: body, contentType: "multipart/mixed;boundary=b1")
    let sent = try bench.deliver(bytes, from: alice.flow).request(.invite)
    #expect(sent.contentType == "application/sdp")
    #expect(String(decoding: sent.body, as: UTF8.self).contains("m=audio 20000"))
    try finish(bench)
  }

  @Test("INFO travels in an early dialog too")
  func earlyInfo() throws {
    let bench = CallBench()
    let toBob = try invite(bench)
    let ringing = try bench.deliver(bob.respond(180, to: toBob), from: bob.flow).response(180)
    let passed = try bench.deliver(
      alice.request(.info, cSeq: 2, dialog: ringing, body: Array("Signal=1".utf8)),
      from: alice.flow)
    #expect(passed.summary == ["INFO"])
    let answered = try bench.deliver(
      bob.respond(200, to: passed.request(.info), tag: nil), from: bob.flow)
    #expect(answered.summary == ["200 INFO"])
    let back = try bench.deliver(
      bob.request(.info, cSeq: 1, answering: toBob, tag: "fb"), from: bob.flow)
    #expect(try back.request(.info, to: alice).toTag == "fa")
    try finish(bench)
  }

  @Test("A relayed INFO that meets 481 ends the call for both (RFC 5057)")
  func infoGone() throws {
    let bench = CallBench()
    let toBob = try invite(bench)
    let toAlice = try bench.deliver(bob.respond(200, to: toBob, body: bob.sdp()), from: bob.flow)
      .response(200)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: toAlice), from: alice.flow)
    let info = try bench.deliver(alice.request(.info, cSeq: 2, dialog: toAlice), from: alice.flow)
      .request(.info)
    let sent = try bench.deliver(bob.respond(481, to: info, tag: nil), from: bob.flow)
    #expect(sent.summary == ["481 INFO", "BYE", "BYE"])
    #expect(
      try sent.request(.bye, to: alice).firstValue(.reason)?.hasPrefix("SIP;cause=481") == true)
    bench.expectNothingLeft()
  }
}
