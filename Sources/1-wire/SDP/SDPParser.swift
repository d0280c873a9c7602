/// Reads a description line by line.
///
/// RFC 8866 §5 fixes the order of the lines. The parser asks for `v=` first and for each line in
/// its section, session or media, and forgives any other order: it changes no meaning, and is met.
struct SDPParser {
  private let limits: SDPLimits
  private var line = 0
  /// The letters met at the session level, then in the current media description.
  private var seen: Set<UInt8> = []
  private var result = SessionDescription(
    origin: SDPOrigin(
      sessionID: "0", sessionVersion: "0",
      connection: SDPConnection(networkType: "IN", addressType: "IP4", address: "0.0.0.0")),
    connection: nil)

  init(limits: SDPLimits) {
    self.limits = limits
    result.times = []
  }

  mutating func parse(_ input: some Collection<UInt8>) throws(SDPParseError) -> SessionDescription {
    guard input.count <= limits.bytes else { throw SDPParseError(line: 1, reason: .tooManyBytes) }
    let bytes = Array(input)
    var rest = bytes[...]
    var ended = false
    while !rest.isEmpty {
      let text = try nextLine(&rest)
      // Senders leave blank lines at the end; a blank line inside is none of RFC 8866.
      if text.isEmpty {
        ended = true
        continue
      }
      guard !ended else { throw failure(.notALine) }
      try accept(text)
    }
    if result.media.isEmpty { try checkSession() }
    try checkConnection()
    return result
  }

  private func failure(_ reason: SDPParseError.Reason) -> SDPParseError {
    SDPParseError(line: max(line, 1), reason: reason)
  }

  private mutating func nextLine(
    _ rest: inout ArraySlice<UInt8>
  ) throws(SDPParseError) -> ArraySlice<UInt8> {
    line += 1
    guard line <= limits.lines else { throw failure(.tooManyLines) }
    let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
    var text = rest[..<end]
    rest = rest[end...].dropFirst()
    if text.last == 0x0D { text.removeLast() }
    guard text.count <= limits.lineBytes else { throw failure(.lineTooLong) }
    guard !text.contains(where: \.breaksLines) else { throw failure(.forbiddenOctet) }
    return text
  }

  private mutating func accept(_ text: ArraySlice<UInt8>) throws(SDPParseError) {
    guard let type = text.first, text.dropFirst().first == UInt8(ascii: "=") else {
      throw failure(.notALine)
    }
    let value = text.dropFirst(2)
    if seen.isEmpty, result.media.isEmpty, type != UInt8(ascii: "v") {
      throw failure(.missing(UInt8(ascii: "v")))
    }
    switch type {
    case UInt8(ascii: "m"): try startMedia(value)
    case UInt8(ascii: "k"): break
    case UInt8(ascii: "i"), UInt8(ascii: "c"), UInt8(ascii: "b"), UInt8(ascii: "a"):
      if result.media.isEmpty {
        try acceptShared(type, value)
      } else {
        try acceptInMedia(type, value)
      }
    default: try acceptInSession(type, value)
    }
  }

  /// Notes a line that may stand once in its section.
  private mutating func once(_ type: UInt8) throws(SDPParseError) {
    guard seen.insert(type).inserted else { throw failure(.misplaced(type)) }
  }

  private mutating func startMedia(_ value: ArraySlice<UInt8>) throws(SDPParseError) {
    if result.media.isEmpty { try checkSession() }
    try checkConnection()
    guard result.media.count < limits.media else { throw failure(.tooManyMedia) }
    guard let stream = MediaDescription(value: value) else {
      throw failure(.malformed(UInt8(ascii: "m")))
    }
    result.media.append(stream)
    seen = []
  }

  /// The lines of a session that may stand in a media description too.
  private mutating func acceptShared(
    _ type: UInt8, _ value: ArraySlice<UInt8>
  ) throws(SDPParseError) {
    switch type {
    case UInt8(ascii: "i"):
      try once(type)
      result.information = SDPText(checked: value)
    case UInt8(ascii: "c"):
      try once(type)
      result.connection = try connection(value)
    case UInt8(ascii: "b"):
      result.bandwidths.append(SDPText(checked: value))
    default:
      result.attributes.append(SDPAttribute(SDPText(checked: value)))
    }
  }

  private mutating func acceptInMedia(
    _ type: UInt8, _ value: ArraySlice<UInt8>
  ) throws(SDPParseError) {
    let last = result.media.count - 1
    switch type {
    case UInt8(ascii: "i"):
      try once(type)
      result.media[last].information = SDPText(checked: value)
    case UInt8(ascii: "c"):
      result.media[last].connections.append(try connection(value))
    case UInt8(ascii: "b"):
      result.media[last].bandwidths.append(SDPText(checked: value))
    default:
      result.media[last].attributes.append(SDPAttribute(SDPText(checked: value)))
    }
  }

  private mutating func acceptInSession(
    _ type: UInt8, _ value: ArraySlice<UInt8>
  ) throws(SDPParseError) {
    switch type {
    case UInt8(ascii: "v"), UInt8(ascii: "o"), UInt8(ascii: "s"), UInt8(ascii: "u"):
      guard result.media.isEmpty else { throw failure(.misplaced(type)) }
      try once(type)
      try acceptOnce(type, value)
    case UInt8(ascii: "e"), UInt8(ascii: "p"):
      guard result.media.isEmpty else { throw failure(.misplaced(type)) }
      if type == UInt8(ascii: "e") {
        result.emails.append(SDPText(checked: value))
      } else {
        result.phones.append(SDPText(checked: value))
      }
    case UInt8(ascii: "t"), UInt8(ascii: "r"), UInt8(ascii: "z"):
      guard result.media.isEmpty else { throw failure(.misplaced(type)) }
      try acceptTime(type, value)
    default:
      throw failure(.unknownType(type))
    }
  }

  private mutating func acceptOnce(
    _ type: UInt8, _ value: ArraySlice<UInt8>
  ) throws(SDPParseError) {
    switch type {
    case UInt8(ascii: "v"):
      guard value.fields.count == 1, value.fields[0].elementsEqual("0".utf8) else {
        throw failure(.malformed(type))
      }
    case UInt8(ascii: "o"):
      guard let origin = SDPOrigin(value: value) else { throw failure(.malformed(type)) }
      result.origin = origin
    case UInt8(ascii: "s"): result.name = SDPText(checked: value)
    default: result.uri = SDPText(checked: value)
    }
  }

  private mutating func acceptTime(
    _ type: UInt8, _ value: ArraySlice<UInt8>
  ) throws(SDPParseError) {
    if type == UInt8(ascii: "t") {
      guard let time = TimeDescription(value: value) else { throw failure(.malformed(type)) }
      result.times.append(time)
      return
    }
    let last = result.times.count - 1
    guard last >= 0 else { throw failure(.misplaced(type)) }
    if type == UInt8(ascii: "r") {
      result.times[last].repeats.append(SDPText(checked: value))
    } else if result.times[last].zones == nil {
      result.times[last].zones = SDPText(checked: value)
    } else {
      throw failure(.misplaced(type))
    }
  }

  private func connection(_ value: ArraySlice<UInt8>) throws(SDPParseError) -> SDPConnection {
    guard let connection = SDPConnection(value: value) else {
      throw failure(.malformed(UInt8(ascii: "c")))
    }
    return connection
  }

  /// What a session must have, looked at where its section ends.
  private func checkSession() throws(SDPParseError) {
    for type in "vos".utf8 where !seen.contains(type) { throw failure(.missing(type)) }
    if result.times.isEmpty { throw failure(.missing(UInt8(ascii: "t"))) }
  }

  /// RFC 8866 §5.7: a `c=` for each stream, its own or the session's. Looked at where the last
  /// media description ends; a rejected stream goes nowhere and needs none.
  private func checkConnection() throws(SDPParseError) {
    guard let stream = result.media.last, !stream.isRejected,
      result.connection(of: stream) == nil
    else { return }
    throw failure(.missing(UInt8(ascii: "c")))
  }
}
