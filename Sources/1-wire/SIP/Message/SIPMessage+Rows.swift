extension SIPMessage {
  /// The values of the header lines of this name in order: unfolded, without white space around.
  public func rows(_ name: HeaderName) -> [String] {
    var rows: [String] = []
    forEachRow(name) { rows.append($0.text) }
    return rows
  }

  /// The values of a header that is a list, across its lines: commas part them, but not within
  /// quotes, angle brackets or comments (RFC 3261 §7.3.1).
  public func elements(_ name: HeaderName) -> [String] {
    elementValues(name).map(\.text)
  }

  /// The first row's value.
  public func firstValue(_ name: HeaderName) -> String? {
    firstRow(name).map(\.text)
  }

  /// The first row's value as bytes: no string is made, and nothing copied unless it is folded.
  public func firstValueBytes(_ name: HeaderName) -> ArraySlice<UInt8>? {
    firstRow(name).map(\.slice)
  }

  public func contains(_ name: HeaderName) -> Bool {
    name.known == .other ? position(of: name) != nil : headers.contains(name.known)
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
        name(at: position), row(at: position).text)
    }
  }

  /// Whether the list header has this token, without regard to case: an option tag in Supported
  /// or Require (RFC 3261 §20.32, §20.37), a method in Allow.
  public func lists(_ token: String, in name: HeaderName) -> Bool {
    elementValues(name).contains {
      $0.bytes.span.bytes.equals($0.range, ignoringCase: token)
    }
  }

  /// The header lines of these names, each ended by CRLF, as they are to be sent on.
  public func lineBytes(_ names: HeaderName...) -> [UInt8] {
    var lines: [UInt8] = []
    lines.reserveCapacity(Self.usualLines)
    for name in names { appendLines(name, to: &lines) }
    return lines
  }

  private static let usualLines = 512

  func appendLines(_ name: HeaderName, to lines: inout [UInt8]) {
    var position = position(of: name)
    while let found = position {
      appendLine(found, to: &lines)
      position = self.position(of: name, from: found + 1)
    }
  }

  /// One line: as it stands, if that is how it would be written, else with each fold and each stray
  /// line end as spaces.
  private func appendLine(_ position: Int, to lines: inout [UInt8]) {
    let line = headers[position]
    let value = line.value
    let isAsWritten =
      !line.isFolded && defect == nil && value.lowerBound - line.start > 2
      && bytes[value.lowerBound - 1] == .space && bytes[value.lowerBound - 2] == .colon
      && !bytes[value.lowerBound - 3].isBlank
    if isAsWritten {
      lines += bytes[line.start..<value.upperBound]
    } else {
      lines += bytes[line.start..<nameEnd(at: position)]
      lines += ": ".utf8
      for byte in row(at: position).slice {
        lines.append(byte == .lineFeed || byte == .carriageReturn ? .space : byte)
      }
    }
    lines += "\r\n".utf8
  }
}

extension SIPMessage {
  /// The place in the index of the first line of this name.
  func position(of name: HeaderName) -> Int? { position(of: name, from: 0) }

  /// The place in the index of the next line of this name.
  func position(of name: HeaderName, from first: Int) -> Int? {
    guard headers.contains(name.known) else { return nil }
    var found = headers.first(name.known, from: first)
    guard name.known == .other else { return found }
    while let position = found, !isNamed(name, at: position) {
      found = headers.first(.other, from: position + 1)
    }
    return found
  }

  /// The value at a place in the index, unfolded: each fold is one space (RFC 3261 §7.3.1).
  func row(at position: Int) -> HeaderValue { row(headers[position]) }

  @inline(__always)
  private func row(_ line: HeaderLine) -> HeaderValue {
    line.isFolded ? unfolded(line.value) : HeaderValue(bytes, line.value)
  }

  @inline(__always)
  func firstRow(_ name: HeaderName) -> HeaderValue? {
    if name.known == .other {
      guard let position = position(of: name) else { return nil }
      return row(at: position)
    }
    guard let line = headers.firstLine(name.known) else { return nil }
    return row(line)
  }

  func forEachRow(_ name: HeaderName, _ body: (HeaderValue) -> Void) {
    var position = position(of: name)
    while let found = position {
      body(row(at: found))
      position = self.position(of: name, from: found + 1)
    }
  }

  func elementValues(_ name: HeaderName) -> [HeaderValue] {
    var elements: [HeaderValue] = []
    forEachRow(name) { row in
      let bytes = row.bytes.span.bytes
      var list = ElementList(row.range)
      while let element = list.next(bytes) { elements.append(row.part(element)) }
    }
    return elements
  }

  func nameEnd(at position: Int) -> Int {
    let start = headers[position].start
    let span = bytes.span.bytes
    var end = ControlScan.first(.colon, in: span, from: start, to: span.byteCount)
    while end > start, span[end &- 1].isBlank { end &-= 1 }
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

  private func unfolded(_ value: Range<Int>) -> HeaderValue {
    var text: [UInt8] = []
    text.reserveCapacity(value.count)
    var isInFold = false
    for byte in bytes[value] {
      if byte == .carriageReturn || byte == .lineFeed {
        while text.last?.isBlank == true { text.removeLast() }
        isInFold = true
      } else if !isInFold || !byte.isBlank {
        if isInFold { text.append(.space) }
        isInFold = false
        text.append(byte)
      }
    }
    return HeaderValue(text, 0..<text.count)
  }
}
