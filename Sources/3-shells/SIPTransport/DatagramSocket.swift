import Addressing
import Glibc
import NIOCore
import SIP

/// One UDP listener on one loop: what waits there to be sent.
///
/// Messages gather in one stretch of memory that is used again, and leave by few system calls.
final class DatagramSocket {
  let listener: ListenerConfiguration
  let channel: any Channel
  private let descriptor: DatagramDescriptor
  private let limits: TransportLimits
  private var bytes: [UInt8] = []
  private var datagrams: [DatagramDescriptor.Outgoing] = []
  /// Beside `datagrams`, one for each.
  private var waiting: [SendTicket] = []
  /// Whether it is on its loop's list of what to flush.
  var isListed = false

  /// - Parameters:
  ///   - channel: receives on the same socket.
  init(
    _ listener: ListenerConfiguration, _ descriptor: DatagramDescriptor,
    _ channel: any Channel, _ limits: TransportLimits
  ) {
    self.listener = listener
    self.descriptor = descriptor
    self.channel = channel
    self.limits = limits
  }

  var isEmpty: Bool { datagrams.isEmpty }

  /// Keeps the message for the next flush.
  func write(_ message: [UInt8], _ ticket: SendTicket) throws(SendFailure) {
    guard ticket.flow.remote.address.isIPv6 == listener.bound.address.isIPv6 else {
      throw .addressFamily
    }
    guard message.count <= maximumPayload else { throw .messageTooLarge }
    guard datagrams.count < limits.pendingDatagrams,
      bytes.count + message.count <= limits.pendingDatagramBytes
    else { throw .queueFull }
    datagrams.append(
      .init(range: bytes.count..<(bytes.count + message.count), remote: ticket.flow.remote))
    waiting.append(ticket)
    bytes += message
  }

  /// Sends what waits. The kernel not taking more for now is no error: the rest stays.
  ///
  /// - Returns: how many left, and which the system refused.
  func flush() -> (sent: Int, refused: [(SendTicket, SendFailure)]) {
    var next = 0
    var refused: [(SendTicket, SendFailure)] = []
    while next < datagrams.count {
      do {
        next += try descriptor.send(datagrams[next...], of: bytes)
      } catch {
        if error.errno == EAGAIN || error.errno == ENOBUFS { break }
        refused.append((waiting[next], .socket(errno: error.errno)))
        next += 1
      }
    }
    discard(next)
    return (next - refused.count, refused)
  }

  private func discard(_ count: Int) {
    guard count < datagrams.count else {
      datagrams.removeAll(keepingCapacity: true)
      waiting.removeAll(keepingCapacity: true)
      bytes.removeAll(keepingCapacity: bytes.count <= Self.keptCapacity)
      return
    }
    guard count > 0 else { return }
    let start = datagrams[count].range.lowerBound
    datagrams.removeFirst(count)
    waiting.removeFirst(count)
    bytes.removeFirst(start)
    for index in datagrams.indices {
      let range = datagrams[index].range
      datagrams[index].range = (range.lowerBound - start)..<(range.upperBound - start)
    }
  }

  /// Memory that stays with the socket after a burst.
  private static let keptCapacity = 1 << 18

  /// 65,535 less the headers of IP and UDP (RFC 791, RFC 768; RFC 8200 counts its own apart).
  private var maximumPayload: Int { listener.bound.address.isIPv6 ? 65_527 : 65_507 }
}
