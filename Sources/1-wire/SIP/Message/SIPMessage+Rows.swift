extension SIPMessage {
  /// The values of the header lines of this name in order: unfolded, without white space around.
  public func rows(_ name: HeaderName) -> [String] {
    var rows: [String] = []
    forEachRow(name) { rows.append(String(decoding: $0, as: UTF8.self)) }
    return rows
  }

  /// The values of a header that is a list, across its lines: commas part them, but not within
  /// quotes, angle brackets or comments (RFC 3261 §7.3.1).
  public func elements(_ name: HeaderName) -> [String] {
    elementBytes(name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The first row's value.
  public func firstValue(_ name: HeaderName) -> String? {
    firstValueBytes(name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The first row's value as bytes: no string is made, and nothing copied unless it is folded.
  public func firstValueBytes(_ name: HeaderName) -> ArraySlice<UInt8>? {
    position(of: name).map { valueBytes(at: $0) }
  }

  public func contains(_ name: HeaderName) -> Bool {
    position(of: name) != nil
  }

  /// How many header lines have this name.
  public func rowCount(_ name: HeaderName) -> Int {
    var count = 0
    var position = position(of: name)
    while let found = position {
      count += 1
      position = self.position(of: name, from: found + 1)
    }
    return count
  }

  /// Every header field in order. A line that is no header field is left out.
  public var fields: [HeaderField] {
    (0..<headers.count).compactMap { position in
      guard headers[position].code != KnownHeader.malformed.rawValue else { return nil }
      return HeaderField(
        name(at: position), String(decoding: valueBytes(at: position), as: UTF8.self))
    }
  }

  /// Whether the list header has this token, without regard to case: an option tag in Supported
  /// or Require (RFC 3261 §20.32, §20.37), a method in Allow.
  public func lists(_ token: String, in name: HeaderName) -> Bool {
    elementBytes(name).contains { $0.equalsIgnoringCase(token.utf8) }
  }

  /// The header lines of this name, each ended by CRLF, as they are to be sent on.
  public func lineBytes(_ name: HeaderName) -> [UInt8] {
    var lines: [UInt8] = []
    var position = position(of: name)
    while let found = position {
      let line = headers[found]
      lines += bytes[line.start..<nameEnd(at: found)]
      lines += [.colon, .space]
      let isPlain = !valueBytes(at: found).contains { $0 == 0x0A || $0 == 0x0D }
      if isPlain {
        lines += valueBytes(at: found)
      } else {
        lines += valueBytes(at: found).map { $0 == 0x0A || $0 == 0x0D ? .space : $0 }
      }
      lines += [.carriageReturn, .lineFeed]
      position = self.position(of: name, from: found + 1)
    }
    return lines
  }
}

extension SIPMessage {
  /// The place in the index of the next line of this name.
  func position(of name: HeaderName, from first: Int = 0) -> Int? {
    var found = headers.first(name.known, from: first)
    guard name.known == .other else { return found }
    while let position = found, !isNamed(name, at: position) {
      found = headers.first(.other, from: position + 1)
    }
    return found
  }

  /// The value at a place in the index, unfolded: each fold is one space (RFC 3261 §7.3.1).
  func valueBytes(at position: Int) -> ArraySlice<UInt8> {
    let line = headers[position]
    return line.isFolded ? unfolded(bytes[line.value]) : bytes[line.value]
  }

  func forEachRow(_ name: HeaderName, _ body: (ArraySlice<UInt8>) -> Void) {
    var position = position(of: name)
    while let found = position {
      body(valueBytes(at: found))
      position = self.position(of: name, from: found + 1)
    }
  }

  func elementBytes(_ name: HeaderName) -> [ArraySlice<UInt8>] {
    var elements: [ArraySlice<UInt8>] = []
    forEachRow(name) { row in
      var list = ElementList(row)
      while let element = list.next() { elements.append(row[element]) }
    }
    return elements
  }

  func firstElementBytes(_ name: HeaderName) -> ArraySlice<UInt8>? {
    guard let row = firstValueBytes(name) else { return nil }
    var list = ElementList(row)
    return list.next().map { row[$0] }
  }

  func nameEnd(at position: Int) -> Int {
    var end = bytes[headers[position].start...].firstIndex(of: .colon) ?? bytes.endIndex
    while end > headers[position].start, bytes[end - 1].isBlank { end -= 1 }
    return end
  }

  private func isNamed(_ name: HeaderName, at position: Int) -> Bool {
    bytes[headers[position].start..<nameEnd(at: position)]
      .equalsIgnoringCase(name.canonicalName.utf8)
  }

  private func name(at position: Int) -> HeaderName {
    let code = headers[position].code
    if let known = KnownHeader(rawValue: code), known != .other { return HeaderName(known) }
    let text = bytes[headers[position].start..<nameEnd(at: position)]
    return HeaderName(String(decoding: text, as: UTF8.self))
  }

  private func unfolded(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text: [UInt8] = []
    text.reserveCapacity(value.count)
    var isInFold = false
    for byte in value {
      if byte == .carriageReturn || byte == .lineFeed {
        while text.last?.isBlank == true { text.removeLast() }
        isInFold = true
      } else if !isInFold || !byte.isBlank {
        if isInFold { text.append(.space) }
        isInFold = false
        text.append(byte)
      }
    }
    return text[...]
  }
}
