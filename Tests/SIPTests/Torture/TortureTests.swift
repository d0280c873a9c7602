import SIP
import Testing
import TortureVectors

@Suite("The torture messages of RFC 4475 and RFC 5118")
struct TortureTests {
  static let validation = RequestValidation(supportedExtensions: [])

  @Test("Every message has a row, and every row a message")
  func everyMessageHasARow() throws {
    #expect(TortureVector.all.count == 49 + 12)
    #expect(Set(TortureVector.all.map(\.name)) == (try TortureMessage.names()))
  }

  @Test("A datagram gets the RFC's answer", arguments: TortureVector.all)
  func datagram(_ vector: TortureVector) throws {
    let outcome = Outcome(of: try vector.octets, under: Self.validation)
    #expect(outcome.meets(vector.datagram), "\(outcome), because \(vector.quote)")
  }

  @Test("Parsing gives what the message says", arguments: TortureVector.all)
  func readings(_ vector: TortureVector) throws {
    guard !vector.readings.isEmpty else { return }
    let message = try SIPMessage(try vector.octets)
    for reading in vector.readings {
      let got = reading.read(message)
      #expect(got == reading.expected, "\(reading.what) of \(vector)")
    }
  }

  @Test(
    "A stream gives the same message, or the RFC's answer, however it is cut",
    arguments: TortureVector.all, [1, 7, 1_000_000])
  func stream(_ vector: TortureVector, pieceBytes: Int) throws {
    var framer = StreamFramer(limits: .standard)
    var outcomes: [Outcome] = []
    var fault: FramingError?
    let octets = try vector.octets
    do throws(FramingError) {
      for start in Swift.stride(from: 0, to: octets.count, by: pieceBytes) {
        framer.append(octets[start..<min(start + pieceBytes, octets.count)])
        while let frame = try framer.next() {
          guard case .message(let bytes) = frame else { continue }
          outcomes.append(Outcome(of: bytes, under: Self.validation))
        }
      }
    } catch {
      fault = error
    }
    switch vector.stream {
    case .likeDatagram: expect(outcomes, meet: [vector.datagram], in: vector)
    case .messages(let verdicts): expect(outcomes, meet: verdicts, in: vector)
    case .waits, .closes: expect(outcomes, meet: [], in: vector)
    }
    switch vector.stream {
    case .likeDatagram, .waits: #expect(fault == nil)
    case .messages: #expect(fault != nil)
    case .closes(let status): #expect(fault?.status == status, "\(vector.quote)")
    }
  }

  private func expect(
    _ outcomes: [Outcome], meet verdicts: [TortureVector.Verdict], in vector: TortureVector
  ) {
    #expect(outcomes.count == verdicts.count, "\(outcomes)")
    for (outcome, verdict) in zip(outcomes, verdicts) {
      #expect(outcome.meets(verdict), "\(outcome), because \(vector.quote)")
    }
  }

  @Test("Over UDP the octets beyond Content-Length are no part of the message")
  func extraOctets() throws {
    // RFC 4475 §3.1.1.8, and RFC 3261 §18.3: "they MUST be discarded".
    let message = try SIPMessage(try TortureMessage.octets(of: "dblreq"))
    #expect(message.body.isEmpty)
    #expect(message.rows(.from).count == 1)
  }

  @Test("A stream that owed octets delivers its message when they have come")
  func lateOctets() throws {
    var framer = StreamFramer(limits: .standard)
    framer.append(try TortureMessage.octets(of: "clerr"))
    #expect(try framer.next() == nil)
    framer.append([UInt8](repeating: 0x20, count: 9_999 - 154))
    guard case .message(let bytes)? = try framer.next() else {
      Issue.record("RFC 4475 §3.1.2.2: the message was complete")
      return
    }
    let message = try SIPMessage(bytes)
    #expect(message.body.count == 9_999)
    #expect(Self.validation.verdict(on: message) == .accept)
  }

  @Test("An element's answer is held against the row, over UDP and over TCP")
  func admission() throws {
    let vectors = TortureVector.all
    func vector(_ name: String) throws -> TortureVector {
      try #require(vectors.first { $0.name == name })
    }
    #expect(try vector("clerr").admits(400, over: .datagram))
    #expect(try !vector("clerr").admits(400, over: .stream))
    #expect(try vector("clerr").admits(nil, over: .stream))
    #expect(try vector("inv2543").admits(404, over: .datagram))
    #expect(try vector("inv2543").admits(400, over: .stream))
    #expect(try vector("bext01").admits(420, over: .stream))
    #expect(try !vector("bigcode").admits(400, over: .datagram))
    #expect(try !vector("semiuri").admits(nil, over: .datagram))
    #expect(try !vector("semiuri").admits(400, over: .datagram))
  }
}
