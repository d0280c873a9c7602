import Glibc

/// A phone's audio socket: sends G.711 over RTP at a phone's pace, and counts what comes back.
actor MediaSocket {
  nonisolated let port: Int
  private let socket: Int32
  private var sequence: UInt16
  private var timestamp: UInt32 = 0
  private let source: UInt32
  private(set) var received: [RTPPacket] = []

  init(address: String, port: Int = Ports.one(), firstSequence: UInt16 = 65_500) throws {
    self.port = port
    sequence = firstSequence
    source = UInt32(truncatingIfNeeded: port) &* 2_654_435_761
    socket = Glibc.socket(
      AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard socket >= 0, withSocketAddress(address, port, { bind(socket, $0, $1) }) == 0 else {
      throw TestFailure("no socket at \(address):\(port)")
    }
  }

  deinit { close(socket) }

  /// Sends packets of 20 ms each, every octet of the sound being `sound`, and reads meanwhile.
  func talk(_ count: Int, sound: UInt8, to destination: AudioAddress) async throws {
    for _ in 0..<count {
      send(sound: sound, to: destination)
      try await Task.sleep(for: .milliseconds(20))
      listen()
    }
    try await Task.sleep(for: .milliseconds(200))
    listen()
  }

  /// Takes in whatever has come.
  func listen() {
    var buffer = [UInt8](repeating: 0, count: 2048)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      if let packet = RTPPacket(buffer[..<count]) { received.append(packet) }
    }
  }

  private func send(sound: UInt8, to destination: AudioAddress) {
    // RFC 3550 §5.1: version 2, payload type 0 (PCMU), sequence number, timestamp, SSRC.
    var packet: [UInt8] = [0x80, 0x00, UInt8(sequence >> 8), UInt8(sequence & 0xFF)]
    packet += bigEndian(timestamp) + bigEndian(source)
    packet += [UInt8](repeating: sound, count: 160)
    _ = withSocketAddress(destination.host, destination.port) {
      sendto(socket, packet, packet.count, 0, $0, $1)
    }
    sequence &+= 1
    timestamp &+= 160
  }

  private func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
  }
}

/// What a test looks at in a packet that came.
struct RTPPacket {
  let sequence: UInt16
  /// The first octet of the sound.
  let sound: UInt8

  init?(_ bytes: ArraySlice<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count > 12, bytes[0] >> 6 == 2, bytes[1] & 0x7F == 0 else { return nil }
    sequence = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    sound = bytes[12]
  }
}

/// Where the far end wants its audio, as the `-with-media` scenarios write it down.
struct AudioAddress: Equatable {
  let host: String
  let port: Int

  /// Waits until the scenario has seen the far end's session description.
  static func from(_ run: SIPpRun) async throws -> AudioAddress {
    var found: AudioAddress?
    _ = try await eventually(within: .seconds(5)) {
      found = run.logLines.lazy.compactMap(AudioAddress.init).first
      return found != nil
    }
    guard let found else { throw TestFailure("no audio address in \(run.name)'s log") }
    return found
  }

  init?(_ line: String) {
    let words = line.split(separator: " ")
    guard words.count == 3, words[0] == "audio", let port = Int(words[2]) else { return nil }
    host = String(words[1])
    self.port = port
  }
}
