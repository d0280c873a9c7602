/// A request's method: a case-sensitive token (RFC 3261 §7.1). Unknown ones are kept as they are.
public struct SIPMethod: Sendable {
  let known: Known
  /// The token, when it is not a known one; else empty, so that known methods compare as bytes.
  private let token: String

  public init(_ text: String) {
    let known = Known.named(text)
    self.known = known
    token = known == .other ? text : ""
  }

  init(_ known: Known) {
    self.known = known
    token = ""
  }

  public var name: String {
    known == .other ? token : known.name
  }

  /// No method: that of a response whose CSeq cannot be read.
  public static var none: SIPMethod { SIPMethod("") }

  public static var invite: SIPMethod { SIPMethod(.invite) }
  public static var ack: SIPMethod { SIPMethod(.ack) }
  public static var bye: SIPMethod { SIPMethod(.bye) }
  public static var cancel: SIPMethod { SIPMethod(.cancel) }
  public static var options: SIPMethod { SIPMethod(.options) }
  public static var register: SIPMethod { SIPMethod(.register) }
  /// RFC 6086.
  public static var info: SIPMethod { SIPMethod(.info) }
  /// RFC 3311.
  public static var update: SIPMethod { SIPMethod(.update) }
  /// RFC 3262.
  public static var prack: SIPMethod { SIPMethod(.prack) }
  /// RFC 3428.
  public static var message: SIPMethod { SIPMethod(.message) }
  /// RFC 6665.
  public static var subscribe: SIPMethod { SIPMethod(.subscribe) }
  /// RFC 6665.
  public static var notify: SIPMethod { SIPMethod(.notify) }
  /// RFC 3515.
  public static var refer: SIPMethod { SIPMethod(.refer) }
  /// RFC 3903.
  public static var publish: SIPMethod { SIPMethod(.publish) }
}

extension SIPMethod: Hashable {
  @inline(__always)
  public static func == (left: SIPMethod, right: SIPMethod) -> Bool {
    left.known == right.known && (left.known != .other || left.token == right.token)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(known)
    if known == .other { hasher.combine(token) }
  }
}

extension SIPMethod: CustomStringConvertible {
  public var description: String { name }
}

extension SIPMethod {
  /// Reads the token from a message's bytes without making a string of a known method.
  init(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    let known = Known(bytes, range)
    self.known = known
    var other: [UInt8] = []
    if known == .other { for position in range { other.append(bytes[position]) } }
    token = String(decoding: other, as: UTF8.self)
  }

  enum Known: UInt8 {
    case other, invite, ack, bye, cancel, options, register
    case info, update, prack, message, subscribe, notify, refer, publish

    static func named(_ text: String) -> Known {
      let candidate = candidate(first: text.utf8.first ?? 0, count: text.utf8.count)
      return candidate.name == text ? candidate : .other
    }

    /// The one method that can be meant, by its first letter and its length.
    static func candidate(first: UInt8, count: Int) -> Known {
      switch (first, count) {
      case (UInt8(ascii: "I"), 6): .invite
      case (UInt8(ascii: "I"), 4): .info
      case (UInt8(ascii: "A"), 3): .ack
      case (UInt8(ascii: "B"), 3): .bye
      case (UInt8(ascii: "C"), 6): .cancel
      case (UInt8(ascii: "M"), 7): .message
      case (UInt8(ascii: "N"), 6): .notify
      case (UInt8(ascii: "O"), 7): .options
      case (UInt8(ascii: "P"), 5): .prack
      case (UInt8(ascii: "P"), 7): .publish
      case (UInt8(ascii: "R"), 8): .register
      case (UInt8(ascii: "R"), 5): .refer
      case (UInt8(ascii: "S"), 9): .subscribe
      case (UInt8(ascii: "U"), 6): .update
      default: .other
      }
    }

    init(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
      let first = range.isEmpty ? 0 : bytes[range.lowerBound]
      let candidate = Self.candidate(first: first, count: range.count)
      self = candidate != .other && candidate.isNamed(bytes, range) ? candidate : .other
    }

    private func isNamed(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> Bool {
      let (head, last) = Self.spellings[Int(rawValue)]
      return head == Self.head(bytes, range) && last == bytes[range.upperBound &- 1]
    }

    /// Of each method the first eight bytes and the last one: SUBSCRIBE has nine.
    private static let spellings: [(head: UInt64, last: UInt8)] = (0...publish.rawValue).map {
      let name = Array((Known(rawValue: $0) ?? .other).name.utf8)
      return (head(name.span.bytes, 0..<name.count), name.last ?? 0)
    }

    /// Up to eight bytes in one word.
    @inline(__always)
    private static func head(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> UInt64 {
      let start = range.lowerBound
      if start &+ 8 <= bytes.byteCount {
        let word = bytes.word(at: start)
        return range.count < 8 ? word & (1 &<< UInt64(8 &* range.count) &- 1) : word
      }
      var word: UInt64 = 0
      for index in 0..<min(range.count, 8) {
        word |= UInt64(bytes[start &+ index]) << UInt64(8 &* index)
      }
      return word
    }

    var name: String {
      switch self {
      case .other: ""
      case .invite: "INVITE"
      case .ack: "ACK"
      case .bye: "BYE"
      case .cancel: "CANCEL"
      case .options: "OPTIONS"
      case .register: "REGISTER"
      case .info: "INFO"
      case .update: "UPDATE"
      case .prack: "PRACK"
      case .message: "MESSAGE"
      case .subscribe: "SUBSCRIBE"
      case .notify: "NOTIFY"
      case .refer: "REFER"
      case .publish: "PUBLISH"
      }
    }
  }
}
