import Glibc

/// Writes the packets of programmes, each in the same memory, and sends it at once: every player
/// has a socket of its own, so that there is no batch to send. All pointers stay inside the
/// buffer, and a frame has the length that sounds are cut to.
struct FrameWriter: ~Copyable {
  private static let headerOctets = 12
  private let packet: UnsafeMutableRawPointer

  init() {
    packet = .allocate(byteCount: Self.headerOctets + Sound.frameOctets, alignment: 8)
  }

  deinit { packet.deallocate() }

  /// - Returns: whether the kernel took it.
  func send(_ frame: PlayedFrame, from socket: Int32, to destination: SocketAddress) -> Bool {
    // RFC 3550 §5.1: version 2, no padding, no extension, no contributing source.
    packet.storeBytes(of: 0x80, as: UInt8.self)
    packet.storeBytes(
      of: frame.payloadType | (frame.isFirst ? 0x80 : 0), toByteOffset: 1, as: UInt8.self)
    packet.storeBytes(of: frame.sequenceNumber.bigEndian, toByteOffset: 2, as: UInt16.self)
    packet.storeBytes(of: frame.timestamp.bigEndian, toByteOffset: 4, as: UInt32.self)
    packet.storeBytes(of: frame.synchronizationSource.bigEndian, toByteOffset: 8, as: UInt32.self)
    (packet + Self.headerOctets).copyMemory(from: frame.octets, byteCount: Sound.frameOctets)
    let count = Self.headerOctets + Sound.frameOctets
    let sent = destination.withPointer { address, length in
      sendto(socket, packet, count, Int32(MSG_DONTWAIT), address, length)
    }
    return sent == count
  }
}
