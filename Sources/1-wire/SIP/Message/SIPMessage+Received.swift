import Addressing

extension SIPMessage {
  /// Notes in the top Via where a request really came from: `received` if that is not what the
  /// Via says (RFC 3261 §18.2.1), `received` and `rport` if the client asked for the port
  /// (RFC 3581 §4). A malformed Via is left alone. A `received` that the client sent itself goes.
  public mutating func stampReceived(from source: IPEndpoint) {
    guard let position = position(of: .via), let via = topVia else { return }
    let asksForPort = !via.places.rport.isNone
    let isElsewhere = asksForPort || via.hostAddress != source.address
    guard isElsewhere || !via.places.received.isNone else { return }
    var stamped: [UInt8] = []
    let line = headers[position]
    guard !line.isFolded else {
      via.write(to: &stamped, port: source.port, received: isElsewhere ? source.address : nil)
      stamped += via.bytesBehind
      return replaceLine(at: position, value: stamped)
    }
    // The message once more with that change in it: one allocation, whoever else holds the bytes.
    stamped.reserveCapacity(bytes.count + Self.stampSize)
    stamped += bytes[..<line.value.lowerBound]
    via.write(to: &stamped, port: source.port, received: isElsewhere ? source.address : nil)
    stamped += via.bytesBehind
    let distance = stamped.count - line.value.upperBound
    stamped += bytes[line.value.upperBound...]
    bytes = stamped
    let value = line.value.lowerBound..<(line.value.upperBound + distance)
    headers.replace(
      HeaderLine(start: line.start, value: value, isFolded: false, code: line.code), at: position)
    shiftHeaders(from: position + 1, by: distance)
  }

  /// `;received=` and the longest address, and five digits.
  private static let stampSize = 64
}

extension [UInt8] {
  mutating func append(_ address: IPAddress) {
    guard case .v4(let number) = address else {
      self += address.description.utf8
      return
    }
    for shift in [UInt32(24), 16, 8, 0] {
      append(decimal: Int(number >> shift & 0xFF))
      if shift > 0 { append(.dot) }
    }
  }
}
