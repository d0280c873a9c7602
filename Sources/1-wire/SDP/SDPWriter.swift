/// Writes a description in the order of RFC 8866 §5.
struct SDPWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ description: SessionDescription) {
    bytes.reserveCapacity(512)
    line("v", "0".utf8)
    line("o", description.origin.bytes)
    line("s", description.name.bytes)
    lines("i", description.information)
    lines("u", description.uri)
    for email in description.emails { line("e", email.bytes) }
    for phone in description.phones { line("p", phone.bytes) }
    if let connection = description.connection { line("c", connection.text.utf8) }
    for bandwidth in description.bandwidths { line("b", bandwidth.bytes) }
    for time in description.times {
      line("t", time.active.bytes)
      for repetition in time.repeats { line("r", repetition.bytes) }
      lines("z", time.zones)
    }
    for attribute in description.attributes { line("a", attribute.text.bytes) }
    for stream in description.media { write(stream) }
  }

  private mutating func write(_ stream: MediaDescription) {
    let port = stream.portCount > 1 ? "\(stream.port)/\(stream.portCount)" : "\(stream.port)"
    let fields = [stream.kind, port, stream.proto] + stream.formats
    line("m", fields.joined(separator: " ").utf8)
    lines("i", stream.information)
    for connection in stream.connections { line("c", connection.text.utf8) }
    for bandwidth in stream.bandwidths { line("b", bandwidth.bytes) }
    for attribute in stream.attributes { line("a", attribute.text.bytes) }
  }

  private mutating func lines(_ type: Unicode.Scalar, _ text: SDPText?) {
    if let text { line(type, text.bytes) }
  }

  /// Fields are filled in by our own code too: whatever they hold, one line stays one line.
  private mutating func line(_ type: Unicode.Scalar, _ value: some Sequence<UInt8>) {
    bytes.append(UInt8(ascii: type))
    bytes.append(UInt8(ascii: "="))
    for byte in value where !byte.breaksLines { bytes.append(byte) }
    bytes.append(0x0D)
    bytes.append(0x0A)
  }
}
