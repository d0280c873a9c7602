import Addressing
import Testing

@testable import STUN

@Suite("STUN: RFC 8489, with the messages of RFC 5769")
struct STUNTests {
  static let transaction = STUNTransactionID(octets("b7e7a701bc34d686fa87dfae"))

  /// RFC 5769 §2.1.
  static let request = octets(
    """
    00010058 2112a442 b7e7a701 bc34d686 fa87dfae 80220010 5354554e 20746573 7420636c 69656e74
    00240004 6e0001ff 80290008 932ff9b1 51263b36 00060009 6576746a 3a683676 59202020 00080014
    9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2 80280004 e57a3bcf
    """)

  /// RFC 5769 §2.2.
  static let response = octets(
    """
    0101003c 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200008
    0001a147 e112a643 00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7 80280004 c07d4c96
    """)

  /// RFC 5769 §2.3.
  static let responseV6 = octets(
    """
    01010048 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200014
    0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9 00080014 a382954e 4be67bf1 1784c97c 8292c275
    bfe3ed41 80280004 c8fb0b4c
    """)

  @Test("A request is read: class, method, transaction, attributes (RFC 5769 §2.1)")
  func requestIsRead() throws {
    let message = try STUNMessage(Self.request)
    #expect(message.messageClass == .request && message.method == .binding)
    #expect(message.transaction == Self.transaction)
    #expect(
      message.attributes.map(\.type) == [0x8022, 0x0024, 0x8029, 0x0006, 0x0008, 0x8028])
    #expect(message.first(STUNAttribute.username)?.value == Array("evtj:h6vY".utf8))
  }

  @Test(
    "The address in a response is read (RFC 5769 §2.2, §2.3)",
    arguments: [
      (response, "192.0.2.1:32853"),
      (responseV6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853"),
    ])
  func mappedAddress(bytes: [UInt8], endpoint: String) throws {
    let message = try STUNMessage(bytes)
    #expect(message.messageClass == .success)
    let attribute = try #require(message.first(STUNAttribute.xorMappedAddress))
    #expect(attribute.xorMappedEndpoint(message.transaction) == IPEndpoint(endpoint))
    #expect(
      STUNAttribute.xorMappedAddress(try #require(IPEndpoint(endpoint)), message.transaction)
        == attribute)
  }

  @Test("Classes and methods of all bits are written as they are read (§5)")
  func types() throws {
    for messageClass in STUNMessage.Class.allCases {
      for number: UInt16 in [0, 1, 0x003, 0x00F, 0x010, 0x070, 0x080, 0xF80, 0xAAA, 0xFFF] {
        let message = STUNMessage(messageClass, STUNMethod(number: number), Self.transaction)
        #expect(try STUNMessage(message.bytes()) == message)
      }
    }
    #expect(STUNMessage(.success, .binding, Self.transaction).bytes().prefix(2) == [0x01, 0x01])
    #expect(STUNMessage(.failure, .binding, Self.transaction).bytes().prefix(2) == [0x01, 0x11])
  }

  @Test("A request is answered with the address that it came from", arguments: [true, false])
  func binding(hasFingerprint: Bool) throws {
    let request = STUNMessage(.request, .binding, Self.transaction)
    let source = try #require(IPEndpoint("[2001:db8::7]:40000"))
    let bytes = try #require(
      BindingResponder.answer(
        to: request.bytes(hasFingerprint: hasFingerprint), from: source))
    let answer = try STUNMessage(bytes)
    #expect(answer.messageClass == .success && answer.transaction == Self.transaction)
    #expect(answer.attributes.first?.xorMappedEndpoint(Self.transaction) == source)
    #expect((answer.first(STUNAttribute.fingerprint) != nil) == hasFingerprint)
  }

  @Test("Attributes that one would have to understand are named in a refusal: 420 (§6.3.1)")
  func unknownAttributes() throws {
    let source = try #require(IPEndpoint("192.0.2.1:1"))
    let bytes = try #require(BindingResponder.answer(to: Self.request, from: source))
    let answer = try STUNMessage(bytes)
    #expect(answer.messageClass == .failure)
    #expect(answer.first(STUNAttribute.errorCode)?.value.prefix(4) == [0, 0, 4, 20])
    // PRIORITY, which belongs to ICE.
    #expect(answer.first(STUNAttribute.unknownAttributes)?.value == [0x00, 0x24])
  }

  @Test("What is no request for a binding gets no answer")
  func unanswered() throws {
    let source = try #require(IPEndpoint("192.0.2.1:1"))
    for messageClass in STUNMessage.Class.allCases where messageClass != .request {
      let message = STUNMessage(messageClass, .binding, Self.transaction)
      #expect(BindingResponder.answer(to: message.bytes(), from: source) == nil)
    }
    let allocate = STUNMessage(.request, STUNMethod(number: 3), Self.transaction)
    #expect(BindingResponder.answer(to: allocate.bytes(), from: source) == nil)
    var damaged = Self.request
    damaged[30] ^= 1
    #expect(throws: STUNError.badFingerprint) { try STUNMessage(damaged) }
    #expect(BindingResponder.answer(to: damaged, from: source) == nil)
  }

  @Test("Nothing that is cut off is read, and no fingerprint is believed over a bit turned over")
  func damage() {
    for length in 0..<Self.request.count {
      #expect(throws: STUNError.self) { try STUNMessage(Array(Self.request[..<length])) }
    }
    for bit in 0..<(Self.request.count * 8) {
      var damaged = Self.request
      damaged[bit / 8] ^= 1 << (bit % 8)
      // A length may be such that it takes the fingerprint for a part of something else.
      let read = try? STUNMessage(damaged)
      #expect(read?.first(STUNAttribute.fingerprint) == nil, "bit \(bit)")
    }
  }

  @Test("Attributes beyond a number are refused")
  func manyAttributes() {
    let attributes = [STUNAttribute](
      repeating: STUNAttribute(0x8022, []), count: STUNMessage.maximumAttributes + 1)
    let message = STUNMessage(.request, .binding, Self.transaction, attributes: attributes)
    #expect(throws: STUNError.tooManyAttributes) { try STUNMessage(message.bytes()) }
  }
}

/// Hexadecimal digits, white space between them.
private func octets(_ text: String) -> [UInt8] {
  let digits = text.filter { !$0.isWhitespace }.map { $0.hexDigitValue ?? 0 }
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] << 4 | digits[$0 + 1])
  }
}
