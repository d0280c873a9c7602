import Addressing
import CLinux
import Glibc
import RTP

/// Buffers for one vector read and the vector write that answers it.
///
/// All memory is allocated once; packets are forwarded from where they were received. This is the
/// file where packets are raw memory: outside it a packet is a slot number. Slots and lengths come
/// from the kernel's answers, which are clamped to the buffers before use.
struct PacketBatch: ~Copyable {
  static let capacity = 32
  /// Larger than what Ethernet carries in one piece; a longer datagram is cut and dropped.
  static let packetCapacity = 2048
  private static let controlCapacity = 64

  /// Hop limit that packets leave with unless told otherwise (RFC 1700's recommendation, and
  /// Linux's default).
  static let defaultHopLimit: UInt8 = 64

  private let packets: UnsafeMutableRawPointer
  private let sources: UnsafeMutableRawPointer
  private let destinations: UnsafeMutableRawPointer
  private let controls: UnsafeMutableRawPointer
  private let outgoingControls: UnsafeMutableRawPointer
  private let incoming: UnsafeMutablePointer<tandem_message>
  private let incomingVectors: UnsafeMutablePointer<iovec>
  private let outgoing: UnsafeMutablePointer<tandem_message>
  private let outgoingVectors: UnsafeMutablePointer<iovec>
  /// Slots of `incoming` that the kernel wrote to since they were last prepared.
  private var used = capacity
  private(set) var queued = 0

  init() {
    let count = Self.capacity
    packets = .allocate(byteCount: count * Self.packetCapacity, alignment: 64)
    sources = .allocate(byteCount: count * SocketAddress.capacity, alignment: 16)
    destinations = .allocate(byteCount: count * SocketAddress.capacity, alignment: 16)
    controls = .allocate(byteCount: count * Self.controlCapacity, alignment: 16)
    outgoingControls = .allocate(byteCount: count * Self.controlCapacity, alignment: 16)
    incoming = .allocate(capacity: count)
    incomingVectors = .allocate(capacity: count)
    outgoing = .allocate(capacity: count)
    outgoingVectors = .allocate(capacity: count)
    incoming.initialize(repeating: tandem_message(), count: count)
    outgoing.initialize(repeating: tandem_message(), count: count)
    incomingVectors.initialize(repeating: iovec(), count: count)
    outgoingVectors.initialize(repeating: iovec(), count: count)
    for slot in 0..<count {
      incomingVectors[slot].iov_base = packet(slot)
      incomingVectors[slot].iov_len = Self.packetCapacity
      incoming[slot].header.msg_iov = incomingVectors + slot
      incoming[slot].header.msg_iovlen = 1
      incoming[slot].header.msg_name = sources + slot * SocketAddress.capacity
      incoming[slot].header.msg_control = controls + slot * Self.controlCapacity
      outgoing[slot].header.msg_iov = outgoingVectors + slot
      outgoing[slot].header.msg_iovlen = 1
      outgoing[slot].header.msg_name = destinations + slot * SocketAddress.capacity
    }
  }

  deinit {
    packets.deallocate()
    sources.deallocate()
    destinations.deallocate()
    controls.deallocate()
    outgoingControls.deallocate()
    incoming.deallocate()
    incomingVectors.deallocate()
    outgoing.deallocate()
    outgoingVectors.deallocate()
  }

  private func packet(_ slot: Int) -> UnsafeMutableRawPointer {
    packets + slot * Self.packetCapacity
  }
}

// MARK: - Receiving

extension PacketBatch {
  /// Reads what has arrived, up to `capacity` packets; 0 when there is nothing or the socket
  /// reports an error. An error (an ICMP answer to something sent earlier) is taken off the
  /// socket by the read itself, so that the next one goes on.
  mutating func receive(from descriptor: Int32) -> Int {
    for slot in 0..<used {
      incoming[slot].header.msg_namelen = socklen_t(SocketAddress.capacity)
      incoming[slot].header.msg_controllen = Self.controlCapacity
      incoming[slot].header.msg_flags = 0
    }
    let received = tandem_receive_messages(
      descriptor, incoming, UInt32(Self.capacity), Int32(MSG_DONTWAIT), nil)
    used = min(max(0, Int(received)), Self.capacity)
    return used
  }

  func length(_ slot: Int) -> Int {
    min(Int(incoming[slot].length), Self.packetCapacity)
  }

  func isCut(_ slot: Int) -> Bool {
    incoming[slot].header.msg_flags & Int32(MSG_TRUNC) != 0
  }

  func source(_ slot: Int) -> IPEndpoint? {
    let header = incoming[slot].header
    guard let name = header.msg_name else { return nil }
    return SocketAddress.endpoint(in: name, length: header.msg_namelen)
  }

  func kind(_ slot: Int) -> MediaPacketKind {
    MediaPacketKind(UnsafeRawBufferPointer(start: packet(slot), count: length(slot)).bytes)
  }

  func header(_ slot: Int) throws(RTPFault) -> RTPHeader {
    try RTPHeader(UnsafeRawBufferPointer(start: packet(slot), count: length(slot)).bytes)
  }

  /// The hop limit that the packet arrived with, nil when the socket does not report it.
  func hopLimit(_ slot: Int) -> UInt8? {
    guard let control = tandem_first_control(&incoming[slot].header) else { return nil }
    let level = control.pointee.cmsg_level
    let type = control.pointee.cmsg_type
    guard
      (level == Int32(IPPROTO_IP) && type == IP_TTL)
        || (level == Int32(IPPROTO_IPV6) && type == IPV6_HOPLIMIT),
      control.pointee.cmsg_len >= tandem_control_length(MemoryLayout<Int32>.size),
      let data = tandem_control_data(control)
    else { return nil }
    return UInt8(clamping: data.loadUnaligned(as: Int32.self))
  }
}

// MARK: - Sending

extension PacketBatch {
  /// Queues a received packet for the next `flush`. At most `capacity` fit, which is as many as
  /// one `receive` can bring; the owner flushes before it receives again.
  mutating func enqueue(_ slot: Int, to destination: SocketAddress, hopLimit: UInt8? = nil) {
    precondition(queued < Self.capacity)
    let name = destinations + queued * SocketAddress.capacity
    outgoingVectors[queued].iov_base = packet(slot)
    outgoingVectors[queued].iov_len = length(slot)
    outgoing[queued].header.msg_namelen = destination.write(to: name)
    outgoing[queued].header.msg_controllen = 0
    outgoing[queued].header.msg_control = nil
    if let hopLimit { limitHops(hopLimit, isIPv6: destination.isIPv6) }
    queued += 1
  }

  /// Sends what is queued and forgets it; the result is how many packets the kernel took. A
  /// packet that it refuses is skipped, the others still go.
  mutating func flush(to descriptor: Int32) -> Int {
    var position = 0
    var sent = 0
    while position < queued {
      let taken = tandem_send_messages(
        descriptor, outgoing + position, UInt32(queued - position), Int32(MSG_DONTWAIT))
      if taken > 0 {
        position += Int(taken)
        sent += Int(taken)
      } else {
        // The first packet failed, or reported an error of an earlier one: either way it is
        // lost, and each turn gets past at least one.
        position += 1
      }
    }
    queued = 0
    return sent
  }

  private mutating func limitHops(_ hopLimit: UInt8, isIPv6: Bool) {
    outgoing[queued].header.msg_control = outgoingControls + queued * Self.controlCapacity
    outgoing[queued].header.msg_controllen = tandem_control_space(MemoryLayout<Int32>.size)
    guard let control = tandem_first_control(&outgoing[queued].header),
      let data = tandem_control_data(control)
    else { return }
    control.pointee.cmsg_level = isIPv6 ? Int32(IPPROTO_IPV6) : Int32(IPPROTO_IP)
    control.pointee.cmsg_type = isIPv6 ? IPV6_HOPLIMIT : IP_TTL
    control.pointee.cmsg_len = tandem_control_length(MemoryLayout<Int32>.size)
    data.storeBytes(of: Int32(hopLimit), as: Int32.self)
  }
}
