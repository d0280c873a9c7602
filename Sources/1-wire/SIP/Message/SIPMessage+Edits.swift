import Addressing

// Edits move bytes and adjust the index; nothing is written anew. A value cannot bring a line of
// its own: CR, LF and NUL in it become spaces.

extension SIPMessage {
  /// Replaces the value of the first row of this name, or appends a row.
  public mutating func set(_ name: HeaderName, _ value: String) {
    guard let position = position(of: name) else {
      append(name, value)
      return
    }
    replaceLine(at: position, value: Array(value.utf8)[...])
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
    let row = valueBytes(at: position)
    var list = ElementList(row)
    if list.next() != nil, let second = list.next() {
      replaceLine(at: position, value: row[second.lowerBound...])
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
    let target = text.utf8.flatMap { $0 > 0x20 ? [$0] : Array("%20".utf8) }
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

  /// Notes in the top Via where a request really came from: `received` if that is not what the
  /// Via says (RFC 3261 §18.2.1), `received` and `rport` if the client asked for the port
  /// (RFC 3581 §4). A malformed Via is left alone. A `received` that the client sent itself goes.
  public mutating func stampReceived(from source: IPEndpoint) {
    guard let position = position(of: .via) else { return }
    let row = valueBytes(at: position)
    var list = ElementList(row)
    guard let first = list.next(), var via = Via(row[first]) else { return }
    let asWritten = via
    via.parameters.remove("received")
    if via.rport != .absent {
      via.parameters.set("rport", String(source.port))
    }
    if via.rport != .absent || via.hostAddress != source.address {
      via.parameters.set("received", source.address.description)
    }
    if via != asWritten {
      replaceLine(at: position, value: Array(via.text.utf8) + row[first.upperBound...])
    }
  }
}

extension SIPMessage {
  private func end(ofLineAt position: Int) -> Int {
    position + 1 < headers.count ? headers[position + 1].start : headersEnd
  }

  private mutating func shiftHeaders(from position: Int, by distance: Int) {
    headers.shift(from: position, by: distance)
    headersEnd += distance
    bodyStart += distance
    precondition(headersEnd <= HeaderLine.largestStart, "edits made the headers too long")
  }

  private mutating func insertLine(_ name: HeaderName, _ value: String, at position: Int) {
    let offset = position < headers.count ? headers[position].start : headersEnd
    var text = name.canonicalName.utf8.map(\.withoutLineEnd) + [.colon, .space]
    let valueStart = text.count
    text += value.utf8.map(\.withoutLineEnd)
    let valueEnd = text.count
    text += [.carriageReturn, .lineFeed]
    bytes.insert(contentsOf: text, at: offset)
    shiftHeaders(from: position, by: text.count)
    let line = HeaderLine(
      start: offset, value: trimmed((offset + valueStart)..<(offset + valueEnd)),
      isFolded: false, header: name.known)
    headers.insert(line, at: position)
  }

  private mutating func replaceLine(at position: Int, value: some Collection<UInt8>) {
    let line = headers[position]
    var text = Array(bytes[line.start..<nameEnd(at: position)]) + [.colon, .space]
    let valueStart = line.start + text.count
    text += value.map(\.withoutLineEnd)
    let valueEnd = line.start + text.count
    text += [.carriageReturn, .lineFeed]
    let old = line.start..<end(ofLineAt: position)
    bytes.replaceSubrange(old, with: text)
    shiftHeaders(from: position + 1, by: text.count - old.count)
    headers[position] = HeaderLine(
      start: line.start, value: trimmed(valueStart..<valueEnd), isFolded: false,
      header: KnownHeader(rawValue: line.code) ?? .other)
  }

  private mutating func removeLine(at position: Int) {
    let range = headers[position].start..<end(ofLineAt: position)
    bytes.removeSubrange(range)
    shiftHeaders(from: position + 1, by: -range.count)
    headers.remove(at: position)
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    let value = bytes[range].trimming(\.isWhitespace)
    return value.startIndex..<value.endIndex
  }
}

extension UInt8 {
  /// The byte, or a space for what could end a line early.
  var withoutLineEnd: UInt8 {
    self == .carriageReturn || self == .lineFeed || self == 0 ? .space : self
  }
}
