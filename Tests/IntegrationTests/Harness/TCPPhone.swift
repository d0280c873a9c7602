import Foundation
import Glibc

/// A phone that calls over a TCP connection of its own making, as one behind a NAT does: nobody can
/// connect to it, and when its connection has ended it makes another.
final class TCPPhone {
  private let node: (host: String, port: Int)
  private let callID = UUID().uuidString
  private let address = NodeConfiguration.trustedAddress
  private var socket: Int32 = -1
  private var unread = ""
  private var remoteTarget = ""
  private var remoteParty = ""
  private var cSeq = 1

  init(of node: TandemNode) throws {
    self.node = (node.configuration.address, node.configuration.sipPort)
    try connect()
  }

  deinit { close(socket) }

  /// Takes a new connection in place of the old one.
  func connect() throws {
    if socket >= 0 { close(socket) }
    unread = ""
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    // Port 0: whichever is free.
    guard withSocketAddress(address, 0, { bind(socket, $0, $1) }) == 0,
      withSocketAddress(node.host, node.port, { Glibc.connect(socket, $0, $1) }) == 0
    else { throw TestFailure("no connection to \(node)") }
    _ = fcntl(socket, F_SETFL, O_NONBLOCK)
  }

  /// Calls bob. Returns at the first response that tells of the other phone.
  func call(_ user: String = "bob") async throws {
    let sound = Ports.one()
    let offer =
      "v=0\r\no=- 1 1 IN IP4 \(address)\r\ns=-\r\nc=IN IP4 \(address)\r\nt=0 0\r\n"
      + "m=audio \(sound) RTP/AVP 0\r\n"
    send("INVITE", to: "sip:\(user)@example.test", party: "<sip:\(user)@example.test>", offer)
    guard try await response(within: .seconds(5), { $0 >= 180 }) != nil else {
      throw TestFailure("the phone hears nothing of its call")
    }
  }

  /// Waits for the answer to its call, and acknowledges it.
  /// - Returns: its status; nil when there is none.
  func answer(within limit: Duration) async throws -> Int? {
    let status = try await response(within: limit) { $0 >= 200 }
    if status == 200 { send("ACK", to: remoteTarget, party: remoteParty) }
    return status
  }

  /// - Returns: the BYE's status; nil when there is none.
  func hangUp() async throws -> Int? {
    cSeq += 1
    send("BYE", to: remoteTarget, party: remoteParty)
    return try await response(within: .seconds(5)) { $0 >= 200 }
  }

  private func send(_ method: String, to target: String, party: String, _ body: String = "") {
    let local = "\(address):5060"
    let request =
      "\(method) \(target) SIP/2.0\r\n"
      + "Via: SIP/2.0/TCP \(local);branch=z9hG4bK\(callID)\(cSeq)\(method);rport\r\n"
      + "From: <sip:carol@example.test>;tag=\(callID.prefix(8))\r\nTo: \(party)\r\n"
      + "Call-ID: \(callID)\r\nCSeq: \(cSeq) \(method)\r\nMax-Forwards: 70\r\n"
      + "Contact: <sip:carol@\(local);transport=tcp>\r\n"
      + (body.isEmpty ? "" : "Content-Type: application/sdp\r\n")
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    _ = Glibc.send(socket, request, request.utf8.count, Int32(MSG_NOSIGNAL))
  }

  /// The status of the next response that is wanted; its dialog is noted.
  private func response(
    within limit: Duration, _ isWanted: (Int) -> Bool
  ) async throws -> Int? {
    var status: Int?
    _ = try await eventually(within: limit) {
      while status == nil, let message = nextMessage() {
        guard message.hasPrefix("SIP/2.0 "), let number = Int(message.dropFirst(8).prefix(3)),
          isWanted(number)
        else { continue }
        if let contact = header("Contact", of: message)?.firstMatch(of: /<(.*)>/)?.1 {
          remoteTarget = String(contact)
        }
        remoteParty = header("To", of: message) ?? remoteParty
        status = number
      }
      return status != nil
    }
    return status
  }

  private func nextMessage() -> String? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = recv(socket, &buffer, buffer.count, 0), count > 0 {
      unread += String(decoding: buffer[..<count], as: UTF8.self)
    }
    guard let end = unread.firstRange(of: "\r\n\r\n") else { return nil }
    let head = String(unread[..<end.lowerBound])
    let length = header("Content-Length", of: head).flatMap { Int($0) } ?? 0
    let rest = unread[end.upperBound...].utf8
    guard rest.count >= length else { return nil }
    unread = String(decoding: rest.dropFirst(length), as: UTF8.self)
    return head
  }

  private func header(_ name: String, of message: String) -> String? {
    message.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }
      .map { String($0.dropFirst(name.count + 2)) }
  }
}
