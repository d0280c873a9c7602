import Foundation
import Glibc

/// Somebody with a socket and no password.
final class Stranger {
  let address: String
  private let node: (host: String, port: Int)
  private let socket: Int32
  private var requests = 0

  /// - Parameter type: `SOCK_DGRAM`, or `SOCK_STREAM`, which connects.
  init(
    at address: String, to node: TandemNode, port: Int? = nil, _ type: __socket_type = SOCK_DGRAM
  ) throws {
    self.address = address
    self.node = (node.configuration.address, port ?? node.configuration.sipPort)
    socket = Glibc.socket(AF_INET, Int32(type.rawValue), 0)
    let isBound =
      socket >= 0
      && withSocketAddress(address, 0) { bind(socket, $0, $1) == 0 }
      && withSocketAddress(self.node.host, self.node.port) { connect(socket, $0, $1) == 0 }
    guard isBound else { throw TestFailure("\(address) gets no connection: errno \(errno)") }
  }

  deinit { close(socket) }

  func send(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// Sends a request that lacks nothing but credentials.
  func ask(_ method: String, _ target: String = "sip:alice@example.test", extra: String = "") {
    requests += 1
    send(request(method, target, extra: extra).utf8)
  }

  func request(_ method: String, _ target: String, extra: String = "") -> String {
    let name = "\(address)-\(socket)-\(requests)"
    return "\(method) \(target) SIP/2.0\r\n"
      + "Via: SIP/2.0/UDP \(address):5060;branch=z9hG4bK\(name);rport\r\n"
      + "From: <sip:mallory@example.test>;tag=1\r\nTo: <\(target)>\r\n"
      + "Call-ID: \(name)\r\nCSeq: 1 \(method)\r\nMax-Forwards: 70\r\n"
      + "Contact: <sip:mallory@\(address)>\r\n\(extra)Content-Length: 0\r\n\r\n"
  }

  /// What comes next, as far as one read brings it; nil when nothing does.
  func hear(within limit: Duration = .seconds(5)) -> String? {
    var readable = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    guard poll(&readable, 1, Int32(limit / .milliseconds(1))) == 1 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(socket, &buffer, buffer.count, 0)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  /// Takes in whatever has come, and counts it.
  func drain() -> Int {
    var count = 0
    while hear(within: .zero) != nil { count += 1 }
    return count
  }
}

/// What a node takes of its machine.
struct Load: CustomStringConvertible {
  let megabytes: Double
  let descriptors: Double
  let seconds: Double

  init(_ node: TandemNode) throws {
    let metrics = try node.metrics()
    megabytes = (metrics["process_resident_memory_bytes"] ?? 0) / 1_048_576
    descriptors = metrics["process_open_fds"] ?? 0
    seconds = metrics["process_cpu_seconds_total"] ?? 0
  }

  var description: String { "\(megabytes) MiB, \(descriptors) descriptors, \(seconds) s" }
}

extension TandemNode {
  func metrics() throws -> Exposition {
    let client = HTTPClient(port: configuration.httpPort)
    return try Exposition(client.ask("GET", "/metrics").body)
  }

  /// Whether somebody who was never here before is answered.
  func answersNewcomer(at address: String = "127.0.0.200", _ type: __socket_type = SOCK_DGRAM)
    throws -> Bool
  {
    let newcomer = try Stranger(at: address, to: self, type)
    newcomer.ask("OPTIONS", "sip:example.test")
    return newcomer.hear()?.hasPrefix("SIP/2.0 200") == true
  }
}
