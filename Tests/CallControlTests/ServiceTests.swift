import Audio
import CallControl
import Machines
import MediaControl
import SIP
import Testing

@Suite("Services that the switch plays")
struct ServiceTests {
  let alice = TestParty.alice
  static let tone = PlayedService(name: "milliwatt 9197", length: nil)
  static let welcome = PlayedService(name: "announcement 9198", length: .seconds(3))

  private func offer(_ formats: String, _ maps: [String] = [], _ more: String = "") -> [UInt8] {
    let lines =
      [
        "v=0", "o=alice 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0",
        "m=audio 40000 RTP/AVP \(formats)",
      ] + maps.map { "a=rtpmap:\($0)" } + (more.isEmpty ? [] : [more])
    return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
  }

  private func answered(_ bench: CallBench, _ offer: [UInt8]? = nil) throws -> SIPMessage {
    let sent = try bench.deliver(alice.invite(offer: offer), from: alice.flow)
    #expect(sent.summary == ["100", "200"])
    let answer = try sent.response(200)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: answer), from: alice.flow)
    return answer
  }

  @Test("A tone is played until the caller hangs up; the record names the service")
  func tone() throws {
    let bench = CallBench { _ in .service(Self.tone) }
    bench.time = 1000
    let answer = try answered(bench)
    #expect(String(decoding: answer.body, as: UTF8.self).contains("telephone-event/8000"))
    let played = try #require(bench.played.first)
    #expect(played.programme.service == "milliwatt 9197")
    #expect(played.programme.end == nil)
    #expect(played.programme.start == Now.milliseconds(1200))
    #expect(played.plans.map(\.format) == [PlayFormat(law: .mu, payloadType: 0)])
    #expect(played.plans.first?.caller.remote?.rtp?.port == 40_000)
    #expect(bench.onlyCall?.isTalkingToService == true)
    bench.advance(to: 60_000)
    let bye = try bench.deliver(alice.request(.bye, cSeq: 2, dialog: answer), from: alice.flow)
    #expect(bye.summary == ["200 BYE"])
    let record = try #require(bench.records.first)
    #expect(record.calleeUser == "milliwatt 9197")
    #expect(record.codec == "PCMU/8000")
    #expect(record.releasedBy == .caller && record.duration == 59_000)
    bench.expectNothingLeft()
  }

  @Test("The law is the first that the caller offers, under the caller's number for it")
  func law() throws {
    let cases: [([UInt8], PlayFormat)] = [
      (offer("8 0"), PlayFormat(law: .a, payloadType: 8)),
      (offer("9 0 8"), PlayFormat(law: .mu, payloadType: 0)),
      (offer("96 97", ["96 opus/48000/2", "97 PCMA/8000"]), PlayFormat(law: .a, payloadType: 97)),
    ]
    for (offer, format) in cases {
      let bench = CallBench { _ in .service(Self.tone) }
      _ = try answered(bench, offer)
      #expect(bench.played.first?.plans.map(\.format) == [format])
    }
  }

  @Test("A second stream that is refused stays silent and is closed with the call")
  func video() throws {
    let bench = CallBench { _ in .service(Self.tone) }
    let answer = try answered(bench, offer("0", [], "m=video 41000 RTP/AVP 96"))
    #expect(bench.played.first?.plans.map { $0.format != nil } == [true, false])
    try bench.deliver(alice.request(.bye, cSeq: 2, dialog: answer), from: alice.flow)
    bench.expectNothingLeft()
  }

  @Test("No G.711, no offer, or no port is no call")
  func refused() throws {
    let bench = CallBench { _ in .service(Self.tone) }
    let offered = offer("96", ["96 opus/48000/2"])
    #expect(
      try bench.deliver(alice.invite(offer: offered), from: alice.flow).summary == ["100", "488"])
    let silent = CallBench { _ in .service(Self.tone) }
    #expect(
      try silent.deliver(alice.invite(withOffer: false), from: alice.flow).summary
        == ["100", "488"])
    let full = CallBench(ports: 0) { _ in .service(Self.tone) }
    #expect(try full.deliver(alice.invite(), from: alice.flow).summary == ["100", "488"])
  }

  @Test("An announcement ends with a BYE when it has been heard, and not before")
  func announcement() throws {
    let bench = CallBench { _ in .service(Self.welcome) }
    _ = try answered(bench)
    // 200 ms before it and after it.
    #expect(bench.advance(to: 3_399).isEmpty)
    #expect(bench.advance(to: 3_400).summary == ["BYE"])
    let record = try #require(bench.records.first)
    #expect(record.cause == 200 && record.releasedBy == .system && record.billable)
    #expect(record.note == "what was played has ended")
    #expect(record.calleeUser == "announcement 9198")
    bench.expectNothingLeft()
  }

  @Test("An end before the ACK waits for the ACK (RFC 3261 §15)")
  func endBeforeAcknowledgement() throws {
    let bench = CallBench { _ in .service(Self.welcome) }
    let answer = try bench.deliver(alice.invite(), from: alice.flow).response(200)
    #expect(!bench.advance(to: 4_000).summary.contains("BYE"))
    let bye = try bench.deliver(
      alice.request(.ack, cSeq: 1, dialog: answer), from: alice.flow)
    #expect(bye.summary == ["BYE"])
    bench.expectNothingLeft()
  }

  @Test("Hold stops the sound and another address moves it; the programme stays the same one")
  func modified() throws {
    let bench = CallBench { _ in .service(Self.tone) }
    let answer = try answered(bench)
    for (number, direction) in [(2, "sendonly"), (3, "inactive"), (4, "sendrecv")] {
      var phone = alice
      phone.media = 40_000 + 100 * number
      let sent = try bench.deliver(
        phone.request(
          .invite, cSeq: number, dialog: answer, body: phone.sdp(direction, version: number)),
        from: alice.flow)
      #expect(sent.summary == ["100", "200"])
      try bench.deliver(
        alice.request(.ack, cSeq: number, dialog: try sent.response(200)), from: alice.flow)
      let end = try #require(bench.played.last?.plans.first?.caller)
      #expect(end.remote?.receives == (direction == "sendrecv"))
      #expect(end.remote?.rtp?.port == UInt16(phone.media))
    }
    #expect(bench.played.count == 4)
    #expect(bench.played.allSatisfy { $0.programme == bench.played[0].programme })
    #expect(
      try bench.deliver(
        alice.request(.invite, cSeq: 5, dialog: answer, body: offer("9")), from: alice.flow
      ).summary == ["100", "488"])
    try bench.deliver(alice.request(.bye, cSeq: 6, dialog: answer), from: alice.flow)
    bench.expectNothingLeft()
  }

  @Test("Another process goes on with the programme, and knows when it ends")
  func recovered() throws {
    let bench = CallBench { _ in .service(Self.welcome) }
    _ = try answered(bench)
    bench.advance(to: 2_000)
    let call = try #require(bench.onlyCall).id
    bench.take(.recovered(lastHeard: WallTime(nanoseconds: 1_000_000_000)), for: call)
    #expect(bench.played.count == 2)
    #expect(bench.played[1].programme == bench.played[0].programme)
    #expect(bench.played[1].plans == bench.played[0].plans)
    #expect(bench.advance(to: 3_400).summary == ["BYE"])
    bench.expectNothingLeft()
  }
}

@Suite("Announcements before a call fails")
struct EarlyAnnouncementTests {
  let alice = TestParty.alice

  private func bench(ports: Int = 100) -> CallBench {
    CallBench(ports: ports) { _ in
      .announced(ServiceTests.welcome, status: 404, reason: nil)
    }
  }

  @Test("It is heard as early media, and then the call fails as it would have")
  func heard() throws {
    let bench = bench()
    let sent = try bench.deliver(alice.invite(), from: alice.flow)
    #expect(sent.summary == ["100", "183"])
    let progress = try sent.response(183)
    #expect(progress.toTag != nil)
    #expect(String(decoding: progress.body, as: UTF8.self).contains("m=audio 20000 RTP/AVP 0"))
    #expect(bench.played.count == 1)
    // The 183 again, should it have been lost and the INVITE be sent again.
    #expect(try bench.deliver(alice.invite(), from: alice.flow).summary == ["183"])
    #expect(bench.advance(to: 3_399).isEmpty)
    #expect(bench.advance(to: 3_400).summary.first == "404")
    let record = try #require(bench.records.first)
    #expect(record.cause == 404 && !record.billable && record.releasedBy == .system)
    bench.expectNothingLeft()
  }

  @Test("A caller who has heard enough cancels")
  func cancelled() throws {
    let bench = bench()
    try bench.deliver(alice.invite(), from: alice.flow)
    bench.time = 1000
    let sent = try bench.deliver(
      alice.hopByHop(.cancel, of: alice.invite()), from: alice.flow)
    #expect(sent.summary == ["200 CANCEL", "487"])
    #expect(bench.records.first?.cause == 487)
    bench.expectNothingLeft()
  }

  @Test("Another process goes on with it")
  func recovered() throws {
    let bench = bench()
    try bench.deliver(alice.invite(), from: alice.flow)
    bench.advance(to: 1_000)
    let call = try #require(bench.onlyCall).id
    let sent = bench.take(.recovered(lastHeard: WallTime(nanoseconds: 0)), for: call)
    #expect(sent.summary == ["183"])
    #expect(bench.played.count == 2)
    #expect(bench.advance(to: 3_400).summary.first == "404")
    bench.expectNothingLeft()
  }

  @Test("Who cannot hear it is refused at once")
  func unheard() throws {
    #expect(
      try bench().deliver(alice.invite(withOffer: false), from: alice.flow).summary
        == ["100", "404"])
    let full = bench(ports: 0)
    #expect(try full.deliver(alice.invite(), from: alice.flow).summary == ["100", "404"])
    full.expectNothingLeft()
  }
}
