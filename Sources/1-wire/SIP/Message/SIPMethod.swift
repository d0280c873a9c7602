/// A request's method: a case-sensitive token (RFC 3261 §7.1). Unknown ones are kept as they are.
public struct SIPMethod: Hashable, Sendable {
  private let known: Known
  /// The token, when it is not a known one; else empty, so that known methods compare as bytes.
  private let token: String

  public init(_ text: String) {
    let known = Known.named(text)
    self.known = known
    token = known == .other ? text : ""
  }

  private init(_ known: Known) {
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

extension SIPMethod: CustomStringConvertible {
  public var description: String { name }
}

extension SIPMethod {
  /// Reads the token from a message's bytes without making a string of a known method.
  init(_ bytes: ArraySlice<UInt8>) {
    let candidate = Known.candidate(first: bytes.first ?? 0, count: bytes.count)
    if candidate != .other, candidate.isNamed(bytes) {
      self.init(candidate)
    } else {
      self.init(String(decoding: bytes, as: UTF8.self))
    }
  }

  private enum Known: UInt8 {
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

    /// Without the iterators of `elementsEqual`, which cost more than the rest of a start line.
    func isNamed(_ bytes: ArraySlice<UInt8>) -> Bool {
      var position = bytes.startIndex
      for byte in name.utf8 {
        guard position < bytes.endIndex, bytes[position] == byte else { return false }
        position += 1
      }
      return position == bytes.endIndex
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
