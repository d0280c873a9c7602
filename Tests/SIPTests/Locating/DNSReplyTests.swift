import Addressing
import SIP
import Testing

@Suite("Replies of DNS")
struct DNSReplyTests {
  /// Octets of a reply to one question, with names written out.
  static func reply(
    code: UInt16 = 0, _ question: DNSQuestion, answers: [[UInt8]] = [], authorities: [[UInt8]] = []
  ) -> [UInt8] {
    [0, 1] + word(0x8180 | code) + word(1) + word(UInt16(answers.count))
      + word(UInt16(authorities.count)) + word(0) + name(question.name)
      + word(question.kind.rawValue) + word(1) + answers.flatMap(\.self)
      + authorities.flatMap(\.self)
  }

  static func record(_ owner: String, _ type: UInt16, ttl: UInt16 = 60, _ data: [UInt8]) -> [UInt8]
  {
    name(owner) + word(type) + word(1) + word(0) + word(ttl) + word(UInt16(data.count)) + data
  }

  static func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  static func word(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

  static let question = DNSQuestion("a.example.com", .a)
  static let address = DNSRecord.address(IPAddress("192.0.2.1")!)

  @Test("Addresses of both families are read, with the least of their lifetimes")
  func addresses() {
    let reply = Self.reply(
      Self.question,
      answers: [
        Self.record("A.Example.com", 1, ttl: 90, [192, 0, 2, 1]),
        Self.record("a.example.com", 1, ttl: 30, [192, 0, 2, 2]),
        Self.record("other.example.com", 1, [192, 0, 2, 3]),
      ])
    #expect(
      DNSReply.read(reply, answering: Self.question)
        == .records([Self.address, .address(IPAddress("192.0.2.2")!)], lifetime: .seconds(30)))
    let six = DNSQuestion("a.example.com", .aaaa)
    let octets: [UInt8] = [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [7]
    #expect(
      DNSReply.read(
        Self.reply(six, answers: [Self.record("a.example.com", 28, octets)]), answering: six)
        == .records([.address(IPAddress("2001:db8::7")!)], lifetime: .seconds(60)))
  }

  @Test("SRV and NAPTR records are read")
  func services() {
    let srv = DNSQuestion("_sip._udp.example.com", .srv)
    let data = Self.word(1) + Self.word(2) + Self.word(5070) + Self.name("Host.example.com")
    #expect(
      DNSReply.read(Self.reply(srv, answers: [Self.record(srv.name, 33, data)]), answering: srv)
        == .records(
          [
            .service(
              ServiceRecord(priority: 1, weight: 2, port: 5070, target: "host.example.com"))
          ], lifetime: .seconds(60)))
    let naptr = DNSQuestion("example.com", .naptr)
    let pointer =
      Self.word(10) + Self.word(20) + [1] + Array("s".utf8) + [7] + Array("SIP+D2U".utf8) + [0]
      + Self.name("_sip._udp.example.com")
    #expect(
      DNSReply.read(
        Self.reply(naptr, answers: [Self.record("example.com", 35, pointer)]), answering: naptr)
        == .records(
          [
            .authority(
              AuthorityPointer(
                order: 10, preference: 20, flags: "s", service: "SIP+D2U",
                replacement: "_sip._udp.example.com"))
          ], lifetime: .seconds(60)))
  }

  @Test("Aliases are followed in whatever order they come, and the shortest lifetime counts")
  func aliases() {
    let reply = Self.reply(
      Self.question,
      answers: [
        Self.record("c.example.com", 1, [192, 0, 2, 1]),
        Self.record("b.example.com", 5, ttl: 10, Self.name("c.example.com")),
        Self.record("a.example.com", 5, Self.name("b.example.com")),
      ])
    #expect(
      DNSReply.read(reply, answering: Self.question)
        == .records([Self.address], lifetime: .seconds(10)))
  }

  @Test("Aliases in a circle, and too many of them, lead nowhere")
  func endlessAliases() {
    let circle = [
      Self.record("a.example.com", 5, Self.name("b.example.com")),
      Self.record("b.example.com", 5, Self.name("a.example.com")),
    ]
    #expect(
      DNSReply.read(Self.reply(Self.question, answers: circle), answering: Self.question)
        == .nothing(lifetime: .seconds(30)))
    var chain = [Self.record("a.example.com", 5, Self.name("n0.example.com"))]
    for index in 0..<20 {
      chain.append(
        Self.record("n\(index).example.com", 5, Self.name("n\(index + 1).example.com")))
    }
    chain.append(Self.record("n20.example.com", 1, [192, 0, 2, 1]))
    #expect(
      DNSReply.read(Self.reply(Self.question, answers: chain), answering: Self.question)
        == .nothing(lifetime: .seconds(30)))
  }

  @Test(
    "An absence is kept as long as the zone says, within bounds",
    arguments: [(10, 3), (10, 0), (10, 1), (60_000, 0), (60_000, 3)] as [(UInt16, UInt16)])
  func absence(minimum: UInt16, code: UInt16) {
    let soa =
      Self.name("ns.example.com") + Self.name("root.example.com")
      + [UInt8](repeating: 0, count: 16) + [0, 0] + Self.word(minimum)
    let reply = Self.reply(
      code: code, Self.question,
      authorities: [Self.record("example.com", 6, ttl: 3600, soa)])
    let answer = DNSReply.read(reply, answering: Self.question)
    if code == 1 {
      #expect(answer == .failed, "a server that could not read the question says nothing")
    } else {
      #expect(answer == .nothing(lifetime: .seconds(min(minimum, 300))))
    }
  }

  @Test("A name may point back, and never in a circle")
  func compression() {
    var reply = Self.reply(Self.question)
    reply[7] = 1
    // The owner's name is the question's, at octet 12.
    reply += [0xC0, 12] + Self.word(1) + Self.word(1) + [0, 0, 0, 60, 0, 4, 192, 0, 2, 1]
    #expect(
      DNSReply.read(reply, answering: Self.question)
        == .records([Self.address], lifetime: .seconds(60)))
    var circle = Self.reply(Self.question)
    circle[7] = 1
    let here = UInt8(circle.count)
    circle += [0xC0, here] + Self.word(1) + Self.word(1) + [0, 0, 0, 60, 0, 4, 192, 0, 2, 1]
    #expect(DNSReply.read(circle, answering: Self.question) == .failed)
  }

  @Test("Whatever is cut short or changed is read without harm")
  func damage() {
    let whole = Self.reply(
      Self.question,
      answers: [
        Self.record("a.example.com", 5, Self.name("b.example.com")),
        Self.record("b.example.com", 1, [192, 0, 2, 1]),
      ])
    for length in 0..<whole.count {
      #expect(DNSReply.read(Array(whole[..<length]), answering: Self.question) == .failed)
    }
    for position in whole.indices {
      for value in [0x00, 0x3F, 0x40, 0xC0, 0xFF] as [UInt8] {
        var changed = whole
        changed[position] = value
        if case .records(let records, _) = DNSReply.read(changed, answering: Self.question) {
          #expect(records.count <= 64)
        }
      }
    }
  }
}
