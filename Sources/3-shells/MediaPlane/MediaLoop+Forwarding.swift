import Addressing
import Machines
import RTP

// The path of a packet: read in a batch, judged by what it is and where it comes from, counted,
// and sent from the other leg's socket out of the buffer that it arrived in.

extension MediaLoop {
  /// Forwards what one socket holds, a batch at most: a busy socket does not starve the others.
  ///
  /// - Returns: whether the batch was full, so that more may be waiting.
  @discardableResult
  mutating func serve(_ index: Int, control: Bool) -> Bool {
    let socket = control ? legs[index].rtcpSocket : legs[index].rtpSocket
    let received = batch.receive(from: socket)
    guard received > 0 else { return false }
    let now = clock.now
    tally.packetsReceived &+= UInt64(received)
    for slot in 0..<received {
      tally.octetsReceived &+= UInt64(batch.length(slot))
      forward(slot, from: index, control: control, now: now)
    }
    flush(index)
    return received == PacketBatch.capacity
  }

  /// Forwards what both sockets hold before their leg goes, within bounds: a sender that floods
  /// them cannot keep a stream from ending.
  mutating func serveLast(_ index: Int) {
    for _ in 0..<Self.lastBatches where !serve(index, control: false) { break }
    serve(index, control: true)
  }

  private static var lastBatches: Int { 8 }

  private mutating func forward(_ slot: Int, from index: Int, control: Bool, now: Instant) {
    guard !batch.isCut(slot) else { return tally.drop(.oversized) }
    guard let source = batch.source(slot) else { return tally.drop(.malformed) }
    guard legs[index].isRTP else {
      return forwardDatagram(slot, from: index, source, control: control, now: now)
    }
    switch batch.kind(slot) {
    case .rtp where !control:
      forwardRTP(slot, from: index, source, now: now)
    case .rtcp, .dtls, .zrtp:
      forwardBeside(slot, from: index, source, control: control, now: now)
    case .rtp, .stun, .turnChannel, .unknown:
      tally.drop(.unexpected)
    }
  }

  private mutating func forwardRTP(
    _ slot: Int, from index: Int, _ source: IPEndpoint, now: Instant
  ) {
    let header: RTPHeader
    do throws(RTPFault) {
      header = try batch.header(slot)
    } catch {
      return tally.drop(.malformed)
    }
    let mark = SourceLatch.Mark.rtp(
      source: header.synchronizationSource, sequenceNumber: header.sequenceNumber)
    guard admitMedia(source, mark, on: index, now: now) else { return }
    legs[index].tally.reception.receive(
      header, payloadOctets: batch.length(slot) - header.payloadOffset, at: now)
    legs[index].tally.lastPacket = now
    legs[index].tally.lastLife = now
    send(slot, from: index, source, control: false, isMedia: true)
  }

  /// A stream that is not RTP (UDPTL, say) is relayed without being understood.
  private mutating func forwardDatagram(
    _ slot: Int, from index: Int, _ source: IPEndpoint, control: Bool, now: Instant
  ) {
    guard !control else { return tally.drop(.unexpected) }
    guard admitMedia(source, .opaque, on: index, now: now) else { return }
    legs[index].tally.datagrams &+= 1
    legs[index].tally.datagramOctets &+= UInt64(batch.length(slot))
    legs[index].tally.lastPacket = now
    legs[index].tally.lastLife = now
    send(slot, from: index, source, control: false, isMedia: true)
  }

  /// RTCP, and the key exchanges that go before media. RTCP that came to the RTP port (a sender
  /// that multiplexes unasked, RFC 5761) leaves by the RTCP port, as the other party expects it.
  private mutating func forwardBeside(
    _ slot: Int, from index: Int, _ source: IPEndpoint, control: Bool, now: Instant
  ) {
    if control {
      guard admitControl(source, on: index, now: now) else { return }
    } else {
      guard admitMedia(source, .opaque, on: index, now: now) else { return }
    }
    legs[index].tally.lastLife = now
    let leavesByControl = control || batch.kind(slot) == .rtcp
    send(slot, from: index, source, control: leavesByControl, isMedia: false)
  }

  private mutating func admitMedia(
    _ source: IPEndpoint, _ mark: SourceLatch.Mark, on index: Int, now: Instant
  ) -> Bool {
    switch legs[index].rtp.admit(source, mark, at: now, rules) {
    case .accepted:
      return true
    case .latched:
      legs[index].rtcp.follow(source)
      legs[index].refreshDestinations(families)
      return true
    case .stray:
      countStray(index)
      return false
    }
  }

  private mutating func admitControl(_ source: IPEndpoint, on index: Int, now: Instant) -> Bool {
    switch legs[index].rtcp.admit(source, .opaque, at: now, controlRules) {
    case .accepted:
      return true
    case .latched:
      legs[index].refreshDestinations(families)
      return true
    case .stray:
      countStray(index)
      return false
    }
  }

  private mutating func countStray(_ index: Int) {
    legs[index].tally.strays &+= 1
    tally.drop(.stray)
  }
}

// MARK: - Sending

extension MediaLoop {
  /// Queues an admitted packet for the other party.
  private mutating func send(
    _ slot: Int, from index: Int, _ source: IPEndpoint, control: Bool, isMedia: Bool
  ) {
    if legs[index].hearsProgramme { return }
    guard let peer = legs[index].peer else { return tally.drop(.unaddressed) }
    // An echo answers media; to answer reports with themselves would be nonsense.
    if peer == index, !isMedia { return tally.drop(.unexpected) }
    guard control ? legs[peer].takesControl : legs[peer].receives else { return tally.drop(.held) }
    guard let destination = control ? legs[peer].rtcpDestination : legs[peer].rtpDestination else {
      return tally.drop(.unaddressed)
    }
    let socket = control ? legs[peer].rtcpSocket : legs[peer].rtpSocket
    if socket != queuedFor { flush(index) }
    if ports.contains(source.port) {
      guard let hops = hopsLeft(slot, on: index) else { return tally.drop(.looped) }
      batch.enqueue(slot, to: destination, hopLimit: hops)
    } else {
      batch.enqueue(slot, to: destination)
    }
    queuedFor = socket
    if isMedia { queuedMedia += 1 }
  }

  /// What comes from a port of our own range may have been here before: two calls whose
  /// descriptions name each other's relay ports make a ring, at the speed of the machine. Such a
  /// packet goes on with one hop less, as a router would have it, until it has none; an honest
  /// call that comes back through this node (by a proxy, say) passes.
  private mutating func hopsLeft(_ slot: Int, on index: Int) -> UInt8? {
    if !legs[index].hopLimitReported {
      legs[index].hopLimitReported = true
      MediaSocket.reportHopLimit(legs[index].rtpSocket, families)
      MediaSocket.reportHopLimit(legs[index].rtcpSocket, families)
    }
    let hops = batch.hopLimit(slot) ?? PacketBatch.defaultHopLimit
    return hops > 1 ? hops - 1 : nil
  }

  private mutating func flush(_ index: Int) {
    let queued = batch.queued
    guard queued > 0 else { return }
    let sent = batch.flush(to: queuedFor)
    tally.packetsForwarded &+= UInt64(sent)
    for _ in sent..<queued { tally.drop(.unsent) }
    // Which of a batch were refused is not told apart: media is nearly all of it.
    legs[index].tally.forwarded &+= UInt64(max(0, queuedMedia - (queued - sent)))
    queuedMedia = 0
    queuedFor = -1
  }
}
