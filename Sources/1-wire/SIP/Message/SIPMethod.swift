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
    for candidate in Known.byFrequency where bytes.elementsEqual(candidate.name.utf8) {
      self.init(candidate)
      return
    }
    self.init(String(decoding: bytes, as: UTF8.self))
  }

  private enum Known: UInt8 {
    case other, invite, ack, bye, cancel, options, register
    case info, update, prack, message, subscribe, notify, refer, publish

    static let byFrequency: [Known] = [
      .invite, .ack, .bye, .register, .options, .cancel, .prack, .update,
      .info, .notify, .subscribe, .message, .refer, .publish,
    ]

    static func named(_ text: String) -> Known {
      byFrequency.first { $0.name == text } ?? .other
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
