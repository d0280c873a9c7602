// Edits move bytes and adjust the index; nothing is written anew. A value cannot bring a line of
// its own: CR, LF and NUL in it become spaces.

extension SIPMessage {
  /// Replaces the value of the first row of this name, or appends a row.
  public mutating func set(_ name: HeaderName, _ value: String) {
    guard let position = position(of: name) else {
      append(name, value)
      return
    }
    replaceLine(at: position, value: Array(value.utf8))
  }

  /// Adds a row behind all others.
  public mutating func append(_ name: HeaderName, _ value: String) {
    insertLine(name, value, at: headers.count)
  }

  /// Adds a row before the first one of this name, or on top of all if there is none.
  public mutating func insertFirst(_ name: HeaderName, _ value: String) {
    insertLine(name, value, at: position(of: name) ?? 0)
  }

  /// Removes the first value of a list header, and its row if that was the only one in it: the top
  /// Via of a response, or a Route that was followed.
  public mutating func removeFirstElement(_ name: HeaderName) {
    guard let position = position(of: name) else { return }
    let row = row(at: position)
    let bytes = row.bytes.span.bytes
    var list = ElementList(row.range)
    if list.next(bytes) != nil, let second = list.next(bytes) {
      replaceLine(at: position, value: Array(row.bytes[second.lowerBound..<row.range.upperBound]))
    } else {
      removeLine(at: position)
    }
  }

  /// Removes every row of this name.
  public mutating func removeAll(_ name: HeaderName) {
    while let position = position(of: name) { removeLine(at: position) }
  }

  /// Only for a request. White space and control characters are escaped.
  public mutating func setRequestURI(_ text: String) {
    precondition(isRequest, "a response has no Request-URI")
    var target: [UInt8] = []
    target.append(uri: text)
    bytes.replaceSubrange(start.text, with: target)
    let distance = target.count - start.text.count
    start.text = start.text.lowerBound..<(start.text.upperBound + distance)
    start.next += distance
    shiftHeaders(from: 0, by: distance)
  }

  /// Replaces the body; Content-Length follows. Content-Type is set if given, stays if not, and
  /// goes with the last byte of the body.
  public mutating func setBody(_ body: [UInt8], contentType: String?) {
    bytes.replaceSubrange(bodyStart..., with: body)
    if body.isEmpty {
      removeAll(.contentType)
    } else if let contentType {
      set(.contentType, contentType)
    }
    set(.contentLength, String(body.count))
  }
}

extension SIPMessage {
  func end(ofLineAt position: Int) -> Int {
    position + 1 < headers.count ? headers[position + 1].start : headersEnd
  }

  mutating func shiftHeaders(from position: Int, by distance: Int) {
    headers.shift(from: position, by: distance)
    headersEnd += distance
    bodyStart += distance
    precondition(headersEnd <= HeaderLine.largestStart, "edits made the headers too long")
  }

  private mutating func insertLine(_ name: HeaderName, _ value: String, at position: Int) {
    let offset = position < headers.count ? headers[position].start : headersEnd
    var text: [UInt8] = []
    text.reserveCapacity(value.utf8.count + 64)
    text.append(withoutLineEnds: name.canonicalName)
    text += ": ".utf8
    let valueStart = text.count
    text.append(withoutLineEnds: value)
    let valueEnd = text.count
    text += "\r\n".utf8
    bytes.insert(contentsOf: text, at: offset)
    shiftHeaders(from: position, by: text.count)
    let line = HeaderLine(
      start: offset,
      value: bytes.span.bytes.trimming((offset + valueStart)..<(offset + valueEnd)),
      isFolded: false, code: name.known.rawValue)
    headers.insert(line, at: position)
  }

  mutating func replaceLine(at position: Int, value: [UInt8]) {
    let line = headers[position]
    var text: [UInt8] = []
    text.reserveCapacity(value.count + 64)
    text += bytes[line.start..<nameEnd(at: position)]
    text += ": ".utf8
    let valueStart = line.start + text.count
    for byte in value { text.append(byte.withoutLineEnd) }
    let valueEnd = line.start + text.count
    text += "\r\n".utf8
    let old = line.start..<end(ofLineAt: position)
    bytes.replaceSubrange(old, with: text)
    shiftHeaders(from: position + 1, by: text.count - old.count)
    let replacement = HeaderLine(
      start: line.start, value: bytes.span.bytes.trimming(valueStart..<valueEnd), isFolded: false,
      code: line.code)
    headers.replace(replacement, at: position)
  }

  private mutating func removeLine(at position: Int) {
    let range = headers[position].start..<end(ofLineAt: position)
    bytes.removeSubrange(range)
    shiftHeaders(from: position + 1, by: -range.count)
    headers.remove(at: position)
  }
}

extension UInt8 {
  /// The byte, or a space for what could end a line early.
  var withoutLineEnd: UInt8 {
    self == .carriageReturn || self == .lineFeed || self == 0 ? .space : self
  }
}
