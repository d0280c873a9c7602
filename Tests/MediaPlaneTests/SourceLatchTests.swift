import Addressing
import Machines
import Testing

@testable import MediaPlane

@Suite("Symmetric latching")
struct SourceLatchTests {
  static let rules = SourceLatch.Rules(
    packets: 3, relearnAfter: 1_000_000_000, candidateIdle: 200_000_000, admitsStrangers: true)
  let phone = IPEndpoint("203.0.113.5:4000")!
  let samePhone = IPEndpoint("203.0.113.5:4010")!
  let proxy = IPAddress("198.51.100.1")!
  let behindProxy = IPEndpoint("198.51.100.1:7000")!
  let stranger = IPEndpoint("192.0.2.66:6666")!
  let privatePhone = IPEndpoint("192.168.1.20:4000")!

  private func latch(_ endpoint: IPEndpoint?, from source: IPAddress?) -> SourceLatch {
    var latch = SourceLatch()
    latch.signal(endpoint, from: source, described: endpoint != nil)
    return latch
  }

  /// Feeds packets 20 ms apart and gives each one's admission.
  private func feed(
    _ latch: inout SourceLatch, _ source: IPEndpoint, count: Int = 3, from number: UInt16 = 0,
    ssrc: UInt32 = 1, at start: Int64 = 0
  ) -> [SourceLatch.Admission] {
    (0..<count).map { step in
      latch.admit(
        source, .rtp(source: ssrc, sequenceNumber: number &+ UInt16(step)),
        at: Instant(nanoseconds: (start + Int64(step) * 20) * 1_000_000), Self.rules)
    }
  }

  @Test("The signalled endpoint is heard at once and latched by the third packet")
  func signalledEndpoint() {
    var latch = latch(phone, from: proxy)
    #expect(latch.destination == phone)
    #expect(feed(&latch, phone) == [.accepted, .accepted, .latched])
    #expect(latch.latched == phone)
  }

  @Test("A phone behind a NAT is latched where its signalling comes from")
  func behindNAT() {
    var latch = latch(privatePhone, from: phone.address)
    #expect(latch.destination == privatePhone)
    #expect(feed(&latch, samePhone) == [.accepted, .accepted, .latched])
    #expect(latch.destination == samePhone)
  }

  @Test("A stranger is refused while the signalled address can work")
  func strangerRefused() {
    var latch = latch(phone, from: proxy)
    #expect(feed(&latch, stranger, count: 10) == Array(repeating: .stray, count: 10))
    #expect(latch.destination == phone)
  }

  @Test("A carrier's media server is latched when the signalled address cannot work")
  func mediaServer() {
    var latch = latch(privatePhone, from: proxy)
    #expect(feed(&latch, stranger) == [.stray, .stray, .latched])
    #expect(latch.destination == stranger)
  }

  @Test("A stranger is refused once a preferred address was heard")
  func preferredHeard() {
    var latch = latch(privatePhone, from: proxy)
    #expect(feed(&latch, behindProxy, count: 1) == [.accepted])
    #expect(feed(&latch, stranger, count: 10, at: 20).allSatisfy { $0 == .stray })
  }

  @Test("A stranger that was latched gives way to the signalling address")
  func strangerGivesWay() {
    var latch = latch(privatePhone, from: proxy)
    _ = feed(&latch, stranger)
    #expect(feed(&latch, behindProxy, at: 60) == [.stray, .stray, .latched])
    #expect(feed(&latch, stranger, at: 120).allSatisfy { $0 == .stray })
  }

  @Test("Nobody but the signalling address is heard before a party has described itself")
  func undescribed() {
    var latch = latch(nil, from: proxy)
    #expect(feed(&latch, stranger, count: 5).allSatisfy { $0 == .stray })
    #expect(feed(&latch, behindProxy, at: 100) == [.accepted, .accepted, .latched])
  }

  @Test("A stray packet steals nothing from a latched source")
  func strayStealsNothing() {
    var latch = latch(phone, from: proxy)
    _ = feed(&latch, phone)
    for step in 0..<50 {
      let start = 60 + Int64(step) * 20
      #expect(feed(&latch, stranger, count: 1, from: UInt16(step), at: start) == [.stray])
      #expect(feed(&latch, samePhone, count: 1, from: UInt16(step), at: start) == [.stray])
      #expect(feed(&latch, behindProxy, count: 1, from: UInt16(step), at: start) == [.stray])
      #expect(feed(&latch, phone, count: 1, from: 3 + UInt16(step), at: start) == [.accepted])
    }
    #expect(latch.latched == phone)
  }

  @Test("A new port of the same address is learned after silence, by three packets")
  func rebinding() {
    var latch = latch(phone, from: proxy)
    _ = feed(&latch, phone)
    #expect(feed(&latch, samePhone, count: 5, from: 3, at: 900).allSatisfy { $0 == .stray })
    let after = feed(&latch, samePhone, count: 4, from: 8, at: 1060)
    #expect(after == [.stray, .stray, .latched, .accepted])
    #expect(latch.destination == samePhone)
  }

  @Test("Another address is never learned by silence alone")
  func otherAddressAfterSilence() {
    var latch = latch(phone, from: proxy)
    _ = feed(&latch, phone)
    #expect(feed(&latch, stranger, count: 20, at: 10_000).allSatisfy { $0 == .stray })
    #expect(feed(&latch, behindProxy, count: 20, at: 20_000).allSatisfy { $0 == .stray })
  }

  @Test(
    "Packets that do not continue each other latch nothing",
    arguments: [
      [(UInt32(1), UInt16(0)), (2, 1), (3, 2), (4, 3)],
      [(1, 0), (1, 10_000), (1, 20_000), (1, 30_000)],
      [(1, 7), (1, 7), (1, 7), (1, 7)],
    ])
  func inconsistent(packets: [(UInt32, UInt16)]) {
    var latch = latch(phone, from: proxy)
    for (step, packet) in packets.enumerated() {
      _ = latch.admit(
        phone, .rtp(source: packet.0, sequenceNumber: packet.1),
        at: Instant(nanoseconds: Int64(step) * 20_000_000), Self.rules)
    }
    #expect(latch.latched == nil)
  }

  @Test("A packet lost or late on the way does not hinder the latch")
  func lossWhileLatching() {
    var latch = latch(phone, from: proxy)
    for (step, number) in [UInt16(5), 4, 9].enumerated() {
      _ = latch.admit(
        phone, .rtp(source: 1, sequenceNumber: number),
        at: Instant(nanoseconds: Int64(step) * 20_000_000), Self.rules)
    }
    #expect(latch.latched == phone)
  }

  @Test("The very endpoint that was signalled displaces another port of its address")
  func signalledDisplaces() {
    var latch = latch(phone, from: proxy)
    _ = feed(&latch, samePhone)
    #expect(latch.latched == samePhone)
    #expect(feed(&latch, phone, at: 60) == [.stray, .stray, .latched])
    #expect(feed(&latch, samePhone, count: 5, at: 120).allSatisfy { $0 == .stray })
  }

  @Test("New signalling moves the destination at once and the latch by packets")
  func relearnBySignalling() {
    var latch = latch(phone, from: proxy)
    _ = feed(&latch, phone)
    let moved = IPEndpoint("203.0.113.99:5000")!
    latch.signal(moved, from: proxy, described: true)
    #expect(latch.destination == moved)
    #expect(feed(&latch, phone, count: 2, from: 3, at: 60) == [.accepted, .accepted])
    #expect(feed(&latch, moved, at: 100) == [.accepted, .accepted, .latched])
    #expect(feed(&latch, phone, count: 2, from: 5, at: 160) == [.stray, .stray])
  }

  @Test("The same words again change nothing")
  func sessionRefresh() {
    var latch = latch(privatePhone, from: phone.address)
    _ = feed(&latch, samePhone)
    latch.signal(privatePhone, from: phone.address, described: true)
    #expect(latch.latched == samePhone)
    #expect(latch.destination == samePhone)
  }

  @Test("Hold without an address keeps what was learned")
  func holdKeeps() {
    var latch = latch(phone, from: proxy)
    _ = feed(&latch, phone)
    latch.signal(nil, from: proxy, described: true)
    #expect(latch.latched == phone)
  }

  @Test("A party that signals from elsewhere is heard where it was until it is found again")
  func roaming() {
    var latch = latch(privatePhone, from: phone.address)
    _ = feed(&latch, samePhone)
    latch.signal(privatePhone, from: proxy, described: true)
    #expect(latch.destination == samePhone)
    #expect(feed(&latch, samePhone, count: 1, from: 3, at: 60) == [.accepted])
    #expect(feed(&latch, behindProxy, at: 80) == [.accepted, .accepted, .latched])
  }

  @Test("RTCP follows the address that RTP was latched to")
  func controlFollows() {
    var latch = latch(IPEndpoint("192.168.1.20:4001"), from: phone.address)
    latch.follow(phone)
    #expect(latch.destination == IPEndpoint("203.0.113.5:4001"))
    #expect(feed(&latch, stranger, count: 5).allSatisfy { $0 == .stray })
    #expect(feed(&latch, samePhone) == [.accepted, .accepted, .latched])
    #expect(latch.destination == samePhone)
    latch.follow(IPEndpoint("203.0.113.5:5000")!)
    #expect(latch.destination == IPEndpoint("203.0.113.5:5001"))
  }

  @Test("RTCP goes where it was signalled when that is where RTP comes from")
  func controlAsSignalled() {
    var latch = latch(IPEndpoint("203.0.113.5:9001"), from: proxy)
    latch.follow(phone)
    #expect(latch.destination == IPEndpoint("203.0.113.5:9001"))
  }

  @Test("Any traffic leaves a latch that is one of its sources", arguments: 1...20)
  func anyTraffic(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let sources = [phone, samePhone, behindProxy, stranger, privatePhone]
    var latch = latch(sources.randomElement(using: &random), from: proxy)
    var now: Int64 = 0
    for step in 0..<2000 {
      now += Int64.random(in: 0...40_000_000, using: &random)
      let source = sources.randomElement(using: &random)!
      let mark = SourceLatch.Mark.rtp(
        source: UInt32.random(in: 0...1, using: &random), sequenceNumber: UInt16(step))
      let before = latch.latched
      let admission = latch.admit(source, mark, at: Instant(nanoseconds: now), Self.rules)
      #expect((admission == .latched) == (latch.latched != before))
      if admission == .latched { #expect(latch.latched == source && latch.destination == source) }
      if before == source { #expect(admission == .accepted) }
    }
  }
}
