import Addressing
import SDP
import SIP

/// One piece of work on one message, repeated by whoever measures it.
public enum Workload: String, CaseIterable, Sendable {
  /// Index an INVITE; read no header.
  case indexInvite = "index-invite"
  /// Index an INVITE and read what every server reads of it: the top Via, From, To, Call-ID and
  /// CSeq are parsed to their end and looked at where they lie. A URI is found, not looked into.
  case readInvite = "read-invite"
  /// The same of a 200.
  case readResponse = "read-response"
  /// The same of an INVITE, each header as a value of its own, with its texts as strings.
  case copyInvite = "copy-invite"
  /// Index an INVITE and decide whether it is well-formed.
  case validateInvite = "validate-invite"
  /// Index an INVITE and note where it came from: `received` and `rport`.
  case stampInvite = "stamp-invite"
  /// Index an INVITE and write a 180 to it.
  case answerInvite = "answer-invite"
  /// Write a BYE within a dialog.
  case writeBye = "write-bye"
  /// Index an INVITE and edit it as a server between two others does: `received` and `rport`,
  /// a Via of its own, Max-Forwards, Request-URI. Copying the message is part of it.
  case editInvite = "edit-invite"
  /// Parse the INVITE's session description.
  case parseOffer = "parse-sdp"
  /// Parse it and write it again.
  case rewriteOffer = "rewrite-sdp"

  public var title: String {
    switch self {
    case .indexInvite: "INVITE, indexed"
    case .readInvite: "INVITE, indexed; Via, From, To, Call-ID, CSeq read"
    case .readResponse: "200, indexed; Via, From, To, Call-ID, CSeq read"
    case .copyInvite: "INVITE, indexed; Via, From, To, Call-ID, CSeq as values with strings"
    case .validateInvite: "INVITE, indexed and validated"
    case .stampInvite: "INVITE, indexed; Via stamped"
    case .answerInvite: "INVITE, indexed; 180 written"
    case .writeBye: "BYE within a dialog, written"
    case .editInvite: "INVITE, indexed; Via stamped, Via added, Max-Forwards, Request-URI set"
    case .parseOffer: "SDP offer, parsed"
    case .rewriteOffer: "SDP offer, parsed and written"
    }
  }

  /// The octets of what is read.
  public var size: Int { input.count }

  /// Does the work `count` times.
  ///
  /// - Returns: a sum over what was read, for the caller to print, so that no reading can be left
  ///   out by the optimiser.
  public func run(_ count: Int) -> Int {
    // Read once, before the loop: a global is behind a once-token.
    let input = input
    var sum = 0
    for _ in 0..<count {
      switch self {
      case .indexInvite: sum &+= Self.index(input)
      case .readInvite, .readResponse: sum &+= Self.read(input)
      case .copyInvite: sum &+= Self.copy(input)
      case .validateInvite: sum &+= Self.validate(input)
      case .stampInvite: sum &+= Self.stamp(input)
      case .answerInvite: sum &+= Self.answer(input)
      case .writeBye: sum &+= Self.bye(input)
      case .editInvite: sum &+= Self.edit(input)
      case .parseOffer: sum &+= Self.parse(input)
      case .rewriteOffer: sum &+= Self.rewrite(input)
      }
    }
    return sum
  }

  private var input: [UInt8] {
    switch self {
    case .indexInvite, .readInvite, .copyInvite, .validateInvite, .stampInvite, .answerInvite,
      .editInvite:
      SampleMessages.invite
    case .writeBye: Self.bye
    case .readResponse: SampleMessages.ok
    case .parseOffer, .rewriteOffer: SampleMessages.offer
    }
  }
}

extension Workload {
  /// A sample that cannot be read is a fault of the benchmark, never a fast parse.
  private static func message(_ bytes: [UInt8]) -> SIPMessage {
    guard let message = try? SIPMessage(bytes) else { fatalError("the sample does not parse") }
    return message
  }

  @inline(never)
  private static func index(_ bytes: [UInt8]) -> Int {
    let message = message(bytes)
    return message.statusCode &+ message.body.count
  }

  @inline(never)
  private static func read(_ bytes: [UInt8]) -> Int {
    let message = message(bytes)
    guard let via = message.topVia, let branch = via.branchBytes, let from = message.fromView,
      let to = message.toView, let call = message.callIDBytes, let sequence = message.cSeq
    else { fatalError("a header of the sample does not parse") }
    return branch.count &+ from.uriBytes.count &+ (from.tagBytes?.count ?? 0)
      &+ to.uriBytes.count &+ (to.tagBytes?.count ?? 0) &+ call.count &+ Int(sequence.number)
  }

  @inline(never)
  private static func copy(_ bytes: [UInt8]) -> Int {
    let message = message(bytes)
    guard let via = message.topVia, let branch = via.branch, let from = message.from,
      let to = message.to, let call = message.callID, let sequence = message.cSeq
    else { fatalError("a header of the sample does not parse") }
    return branch.utf8.count &+ (from.tag?.utf8.count ?? 0) &+ (to.tag?.utf8.count ?? 0)
      &+ call.utf8.count &+ Int(sequence.number)
  }

  private static let validation = RequestValidation(supportedExtensions: [])

  @inline(never)
  private static func validate(_ bytes: [UInt8]) -> Int {
    guard validation.verdict(on: message(bytes)) == .accept else {
      fatalError("the sample is not well-formed")
    }
    return 1
  }

  @inline(never)
  private static func stamp(_ bytes: [UInt8]) -> Int {
    var message = message(bytes)
    message.stampReceived(from: source)
    return message.bytes.count
  }

  @inline(never)
  private static func answer(_ bytes: [UInt8]) -> Int {
    MessageWriter.response(to: message(bytes), status: 180, toTag: "8f2c51d0a37be964")
      .finish().count
  }

  private static let dialog = Dialog(
    callID: "3848276298220188511@192.0.2.10", localTag: "8f2c51d0a37be964",
    remoteTag: "9fxced76sl", localAddress: "<sip:bob@example.test>",
    remoteAddress: "\"Alice Liddell\" <sip:alice@example.test>",
    remoteTarget: "sip:alice@192.0.2.10:5062;transport=udp",
    routeSet: ["<sip:198.51.100.7;lr>"], localCSeq: 1)

  private static func request() -> [UInt8] {
    dialog.request(.bye, cSeq: 2, via: "SIP/2.0/UDP 203.0.113.1:5060;branch=z9hG4bK2d4790f5")
      .finish()
  }

  /// What comes of `writeBye`, to tell its size.
  private static let bye = request()

  @inline(never)
  private static func bye(_ bytes: [UInt8]) -> Int { request().count }

  @inline(never)
  private static func edit(_ bytes: [UInt8]) -> Int {
    var message = message(bytes)
    message.stampReceived(from: source)
    message.insertFirst(.via, "SIP/2.0/UDP 203.0.113.1:5060;branch=z9hG4bK2d4790f5")
    message.set(.maxForwards, "68")
    message.setRequestURI("sip:bob@192.0.2.20:5060")
    return message.bytes.count
  }

  private static let source = IPEndpoint("198.51.100.7:5060")!

  private static func description(_ bytes: [UInt8]) -> SessionDescription {
    guard let description = try? SessionDescription(bytes) else {
      fatalError("the sample does not parse")
    }
    return description
  }

  @inline(never)
  private static func parse(_ bytes: [UInt8]) -> Int {
    description(bytes).media.count
  }

  @inline(never)
  private static func rewrite(_ bytes: [UInt8]) -> Int {
    description(bytes).serialized.count
  }
}
