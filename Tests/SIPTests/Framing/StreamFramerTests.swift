import Machines
import SIP
import Testing

struct StreamFramerTests {
  /// A body that holds line ends must not be taken for a keep-alive.
  private static let lineEndsInBody =
    SampleMessage.bytes("MESSAGE sip:a SIP/2.0\nl \t:\n  5\nVia: x\n\na\n\n")
  private static let last = SampleMessage.options("Subject: last", body: "bytes")

  private static let stream: [UInt8] =
    [13, 10] + SampleMessage.invite.dropLast() + [13, 10, 13, 10] + SampleMessage.options()
    + [13, 10] + lineEndsInBody + last

  private static let frames: [StreamFramer.Frame] = [
    .message(Array(SampleMessage.invite.dropLast())), .ping, .message(SampleMessage.options()),
    .message(lineEndsInBody), .message(last),
  ]

  private func frames(in pieces: [[UInt8]]) throws -> [StreamFramer.Frame] {
    var framer = StreamFramer()
    var frames: [StreamFramer.Frame] = []
    for piece in pieces {
      framer.append(piece)
      while let frame = try framer.next() { frames.append(frame) }
    }
    return frames
  }

  @Test("A stream comes apart at once (RFC 3261 §18.3)")
  func whole() throws {
    #expect(try frames(in: [Self.stream]) == Self.frames)
  }

  @Test("However the stream is cut, its frames are the same")
  func anyCut() throws {
    #expect(try frames(in: Self.stream.map { [$0] }) == Self.frames)
    for seed in UInt64(0)..<200 {
      var random = SeededGenerator(seed: seed)
      var rest = Self.stream[...]
      var pieces: [[UInt8]] = []
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...200, using: &random))
        pieces.append(Array(piece))
        rest = rest.dropFirst(piece.count)
      }
      #expect(try frames(in: pieces) == Self.frames, "seed \(seed)")
    }
  }

  @Test("The framer tells whether a message has begun")
  func withinMessage() throws {
    var framer = StreamFramer()
    let message = SampleMessage.options(body: "body")
    framer.append([13, 10])
    #expect(try framer.next() == nil)
    #expect(!framer.isWithinMessage)
    for byte in message.dropLast() {
      framer.append([byte])
      #expect(try framer.next() == nil)
      #expect(framer.isWithinMessage)
    }
    framer.append([message[message.count - 1]])
    #expect(try framer.next() == .message(message))
    #expect(!framer.isWithinMessage)
  }

  @Test("A double CRLF is a ping, a single one nothing (RFC 5626 §3.5.1)")
  func pings() throws {
    #expect(try frames(in: [[13, 10]]).isEmpty)
    #expect(try frames(in: [[13], [10], [13], [10]]) == [.ping])
    #expect(try frames(in: [[13, 10, 13, 10, 13, 10, 13, 10]]) == [.ping, .ping])
  }

  @Test("Who sends pings takes a single CRLF for a pong")
  func pongs() throws {
    var framer = StreamFramer(sendsPings: true)
    framer.append([13])
    #expect(try framer.next() == nil)
    framer.append([10])
    #expect(try framer.next() == .pong)
    framer.append(SampleMessage.options())
    #expect(try framer.next() == .message(SampleMessage.options()))
    #expect(try framer.next() == nil)
  }

  @Test(
    "A length that does not say where the message ends is fatal (RFC 3261 §18.3, §20.14)",
    arguments: ["-999", "1x", "", "99999999999999999999", "5\nl: 6", "+5", "5, 5"])
  func malformedLength(value: String) throws {
    let head = SampleMessage.bytes("INVITE sip:a SIP/2.0\nContent-Length: \(value)\n\n")
    var framer = StreamFramer()
    framer.append(head + SampleMessage.options())
    let expected = FramingError.malformedContentLength(head: head)
    #expect(throws: expected) { try framer.next() }
    #expect(throws: expected) { try framer.next() }
    #expect(expected.status == 400)
  }

  @Test("A missing length is fatal on a stream, an agreeing repetition is not")
  func otherLengths() throws {
    let head = SampleMessage.bytes("INVITE sip:a SIP/2.0\nVia: x\n\n")
    var framer = StreamFramer()
    framer.append(head)
    #expect(throws: FramingError.missingContentLength(head: head)) { try framer.next() }
    let twice = SampleMessage.bytes("INVITE sip:a SIP/2.0\nl: 1\nContent-length: 01\n\nx")
    #expect(try frames(in: [twice]) == [.message(twice)])
  }

  @Test("A message beyond the limit is refused before it is buffered")
  func limits() {
    var framer = StreamFramer(limits: SIPLimits(messageBytes: 200))
    let head = SampleMessage.bytes("INVITE sip:a SIP/2.0\nl: 170\n\n")
    framer.append(head)
    #expect(throws: FramingError.messageTooLarge(head: head)) { try framer.next() }
    #expect(FramingError.messageTooLarge(head: head).status == 513)
    var endless = StreamFramer(limits: SIPLimits(messageBytes: 200))
    endless.append(Array(repeating: 0x41, count: 201))
    #expect(throws: FramingError.headTooLarge) { try endless.next() }
  }
}
