import Addressing

/// A reply to one question, as it came over the wire (RFC 1035 §4.1).
///
/// ```
///  0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
/// |                      ID                       |
/// |QR|  Opcode   |AA|TC|RD|RA|   Z    |   RCODE   |
/// | QDCOUNT | ANCOUNT | NSCOUNT | ARCOUNT, 16 each |
/// ```
public enum DNSReply {
  /// The records of one answer that are looked at; more are no help.
  static let maximumRecords = 64
  /// The aliases (CNAME) that one answer may go through.
  static let maximumAliases = 8
  /// Nothing is kept for longer, and an absence not even as long (RFC 2308 §5 speaks of one to
  /// three hours as sensible; a phone system wants to see a mended zone sooner).
  static let longestLifetime = Duration.seconds(86_400)
  static let longestAbsence = Duration.seconds(300)
  /// An absence about which the zone says nothing.
  static let unsaidAbsence = Duration.seconds(30)

  private static let alias: UInt16 = 5
  private static let startOfAuthority: UInt16 = 6
  private static let internet: UInt16 = 1
  private static let nameError: UInt16 = 3

  /// What a reply says to a question. Whatever cannot be read is `failed`.
  public static func read(_ bytes: [UInt8], answering question: DNSQuestion) -> DNSAnswer {
    var cursor = DNSCursor(bytes)
    guard cursor.skip(2), let flags = cursor.word(), flags & 0x8000 != 0,
      let questions = cursor.word(), let answers = cursor.word(), let authorities = cursor.word(),
      cursor.skip(2)
    else { return .failed }
    let code = flags & 0xF
    guard code == 0 || code == nameError, questions <= 1 else { return .failed }
    for _ in 0..<questions {
      guard cursor.name() != nil, cursor.skip(4) else { return .failed }
    }
    var found: [Row] = []
    for _ in 0..<min(Int(answers), maximumRecords) {
      guard let row = row(&cursor) else { return .failed }
      found.append(row)
    }
    if code == 0, let answer = gather(found, question) { return answer }
    guard answers <= maximumRecords else { return .nothing(lifetime: unsaidAbsence) }
    var absence = unsaidAbsence
    for _ in 0..<min(Int(authorities), maximumRecords) {
      guard let row = row(&cursor) else { break }
      // RFC 2308 §5: the lesser of the SOA's own lifetime and its MINIMUM.
      if case .minimum(let minimum) = row.content {
        absence = min(.seconds(min(row.lifetime, minimum)), longestAbsence)
      }
    }
    return .nothing(lifetime: absence)
  }

  /// The records at the name, or at the end of its aliases, which may come in any order.
  private static func gather(_ rows: [Row], _ question: DNSQuestion) -> DNSAnswer? {
    var name = question.name
    var lifetime = longestLifetime
    for _ in 0...maximumAliases {
      let records = rows.compactMap { row -> DNSRecord? in
        guard row.name == name, case .record(let record, question.kind) = row.content else {
          return nil
        }
        lifetime = min(lifetime, .seconds(row.lifetime))
        return record
      }
      if !records.isEmpty { return .records(records, lifetime: lifetime) }
      guard let next = rows.lazy.compactMap({ $0.alias(of: name) }).first else { return nil }
      lifetime = min(lifetime, .seconds(next.lifetime))
      name = next.target
    }
    return nil
  }

  private struct Row {
    enum Content {
      case record(DNSRecord, DNSQuestion.Kind)
      case alias(String)
      case minimum(UInt32)
      case other
    }

    let name: String
    let lifetime: UInt32
    let content: Content

    func alias(of wanted: String) -> (target: String, lifetime: UInt32)? {
      guard name == wanted, case .alias(let target) = content else { return nil }
      return (target, lifetime)
    }
  }

  private static func row(_ cursor: inout DNSCursor) -> Row? {
    guard let name = cursor.name(), let type = cursor.word(), let group = cursor.word(),
      let lifetime = cursor.doubleWord(), let length = cursor.word()
    else { return nil }
    var data = cursor
    guard cursor.skip(Int(length)) else { return nil }
    // RFC 2181 §8: the top bit set means zero.
    let seconds = lifetime > UInt32(Int32.max) ? 0 : lifetime
    guard group == internet else { return Row(name: name, lifetime: seconds, content: .other) }
    guard let content = content(type, length, &data), data.position <= cursor.position else {
      return nil
    }
    return Row(name: name, lifetime: seconds, content: content)
  }

  private static func content(
    _ type: UInt16, _ length: UInt16, _ data: inout DNSCursor
  ) -> Row.Content? {
    switch type {
    case alias: return data.name().map { .alias($0) }
    case startOfAuthority:
      // MNAME, RNAME, SERIAL, REFRESH, RETRY, EXPIRE, MINIMUM (RFC 1035 §3.3.13).
      guard data.name() != nil, data.name() != nil, data.skip(16), let minimum = data.doubleWord()
      else { return nil }
      return .minimum(minimum)
    default:
      guard let kind = DNSQuestion.Kind(rawValue: type) else { return .other }
      return record(kind, length, &data).map { .record($0, kind) }
    }
  }

  private static func record(
    _ kind: DNSQuestion.Kind, _ length: UInt16, _ data: inout DNSCursor
  ) -> DNSRecord? {
    switch kind {
    case .a:
      guard length == 4, let address = data.doubleWord() else { return nil }
      return .address(.v4(address))
    case .aaaa:
      guard length == 16, let a = data.doubleWord(), let b = data.doubleWord(),
        let c = data.doubleWord(), let d = data.doubleWord()
      else { return nil }
      return .address(.v6(UInt64(a) << 32 | UInt64(b), UInt64(c) << 32 | UInt64(d)))
    case .srv:
      guard let priority = data.word(), let weight = data.word(), let port = data.word(),
        let target = data.name()
      else { return nil }
      return .service(
        ServiceRecord(priority: priority, weight: weight, port: port, target: target))
    case .naptr:
      guard let order = data.word(), let preference = data.word(),
        let flags = data.characterString(), let service = data.characterString(),
        data.characterString() != nil, let replacement = data.name()
      else { return nil }
      return .authority(
        AuthorityPointer(
          order: order, preference: preference, flags: flags, service: service,
          replacement: replacement))
    }
  }
}
