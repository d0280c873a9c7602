import Addressing
import MediaControl
import SIP

extension Flow: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(4)
    log.write(transport)
    log.write(listener.index)
    log.write(remote)
    log.write(connection?.number)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(4)
    self.init(
      transport: try log.next(), listener: ListenerID(try log.next()), remote: try log.next(),
      connection: try UInt64?(decoding: &log).map { ConnectionID($0) })
  }
}

extension TransportProtocol: LogValue {
  private enum Tag: UInt8, LogTag {
    case udp = 1
    case tcp = 2
    case tls = 3
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .udp: log.write(Tag.udp)
    case .tcp: log.write(Tag.tcp)
    case .tls: log.write(Tag.tls)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .udp: self = .udp
    case .tcp: self = .tcp
    case .tls: self = .tls
    }
  }
}

extension IPEndpoint: LogValue {
  func encode(into log: inout LogEncoder) {
    log.write(address)
    log.write(port)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    self.init(try log.next(), try log.next())
  }
}

extension IPAddress: LogValue {
  private enum Tag: UInt8, LogTag {
    case v4 = 4
    case v6 = 6
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .v4(let address): log.write(Tag.v4, address)
    case .v6(let high, let low):
      log.write(Tag.v6)
      log.write(fixed: high)
      log.write(fixed: low)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .v4: self = .v4(try log.next())
    case .v6: self = .v6(try log.readFixed(), try log.readFixed())
    }
  }
}

extension PortPair: LogValue {
  func encode(into log: inout LogEncoder) { log.write(rtp) }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    let port: UInt16 = try log.next()
    guard port.isMultiple(of: 2) else { throw log.fault(.malformed("port of RTP")) }
    self.init(rtp: port)
  }
}
