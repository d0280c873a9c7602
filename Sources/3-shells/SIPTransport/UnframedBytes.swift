import SIP

/// What a stream brought that is in no frame yet: another process that is to go on with the stream
/// begins with it.
///
/// Kept beside the framer, which tells frames but not where they ended: a message begins behind
/// line ends, which are skipped (RFC 3261 §7.5), and a ping is made of four of them.
struct UnframedBytes: Sendable {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ more: some Collection<UInt8>) {
    bytes += more
  }

  mutating func remove(_ frame: StreamFramer.Frame) {
    switch frame {
    case .message(let message):
      let start = bytes.firstIndex { !isLineEnd($0) } ?? bytes.endIndex
      bytes.removeFirst(min(bytes.count, start + message.count))
    case .ping:
      let end = (bytes.indices.first { bytes[$0...].starts(with: ping) }).map { $0 + ping.count }
      bytes.removeFirst(end ?? bytes.count)
    case .pong:
      bytes.removeFirst(min(bytes.count, 2))
    }
  }

  /// There is no further frame. Of line ends alone, what may be the beginning of a ping stays.
  mutating func settle() {
    guard bytes.allSatisfy(isLineEnd) else { return }
    let kept = (0..<ping.count).last { bytes.suffix($0) == ping.prefix($0) } ?? 0
    bytes.removeFirst(bytes.count - min(kept, bytes.count))
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x0A }
}

/// RFC 5626 §3.5.1: a double CRLF.
private let ping: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
