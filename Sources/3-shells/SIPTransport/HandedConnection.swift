import Addressing
import SIP

/// A TCP connection on its way from one process to the next.
package struct HandedConnection: Equatable, Sendable {
  /// With the connection's number, which stays.
  package var flow: Flow
  let id: ConnectionID
  /// The holder's to close, unless `adopt` takes it.
  package var descriptor: CInt
  /// Whether the peer opened it.
  var wasAccepted: Bool
  /// Requests received less final responses sent.
  var unanswered: Int
  /// What the stream brought of a message that is not whole yet.
  package var unframed: [UInt8]

  init(
    flow: Flow, id: ConnectionID, descriptor: CInt, wasAccepted: Bool, unanswered: Int,
    unframed: [UInt8]
  ) {
    self.flow = flow
    self.id = id
    self.descriptor = descriptor
    self.wasAccepted = wasAccepted
    self.unanswered = unanswered
    self.unframed = unframed
  }
}

extension HandedConnection {
  //     octet 0       version of this layout, 0x01
  //     octet 1       listener
  //     octet 2       bit 0: the peer opened it; bit 1: IPv6
  //     octets 3-10   connection
  //     octets 11-14  unanswered requests
  //     octets 15-16  the peer's port
  //     octets 17-32  the peer's address, an IPv4 address in the last four
  //     then          what is unframed
  //
  // Numbers have their highest octet first.
  private static let version: UInt8 = 0x01
  private static let headerBytes = 33

  /// All but the descriptor.
  package var payload: [UInt8] {
    let (high, low): (UInt64, UInt64) =
      switch flow.remote.address {
      case .v4(let address): (0, UInt64(address))
      case .v6(let high, let low): (high, low)
      }
    let flags: UInt8 = (wasAccepted ? 1 : 0) | (flow.remote.address.isIPv6 ? 2 : 0)
    return [Self.version, flow.listener.index, flags] + id.number.octets
      + UInt32(clamping: unanswered).octets + flow.remote.port.octets + high.octets + low.octets
      + unframed
  }

  /// Nil for what no process of ours can have written.
  package init?(payload: [UInt8], descriptor: CInt) {
    guard payload.count >= Self.headerBytes, payload[0] == Self.version else { return nil }
    func number(_ range: Range<Int>) -> UInt64 {
      payload[range].reduce(0) { $0 << 8 | UInt64($1) }
    }
    let (high, low) = (number(17..<25), number(25..<33))
    let address: IPAddress =
      payload[2] & 2 != 0 ? .v6(high, low) : .v4(UInt32(truncatingIfNeeded: low))
    let id = ConnectionID(number(3..<11))
    self.init(
      flow: Flow(
        transport: .tcp, listener: ListenerID(payload[1]),
        remote: IPEndpoint(address, UInt16(truncatingIfNeeded: number(15..<17))),
        connection: id),
      id: id, descriptor: descriptor, wasAccepted: payload[2] & 1 != 0,
      unanswered: Int(number(11..<15)), unframed: Array(payload[Self.headerBytes...]))
  }
}

extension FixedWidthInteger {
  fileprivate var octets: [UInt8] {
    withUnsafeBytes(of: bigEndian) { Array($0) }
  }
}
