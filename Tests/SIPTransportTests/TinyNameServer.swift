import Addressing
import Foundation
import Glibc
import Synchronization

/// Answers questions for addresses on a UDP socket of the system; ends with the object.
final class TinyNameServer: Sendable {
  let endpoint: IPEndpoint
  private let descriptor: CInt
  private let asked = Mutex<[String]>([])

  /// Each question that came, as `name type`.
  var questions: [String] { asked.withLock { $0 } }

  /// - Parameter answer: the data of the records for a name and a type; nil: never a word.
  convenience init(answer: (@Sendable (String, UInt16) -> [[UInt8]])?) throws {
    if let answer {
      try self.init(raw: { question in Self.reply(to: question, answer) })
    } else {
      try self.init(raw: nil)
    }
  }

  init(raw: (@Sendable ([UInt8]) -> [UInt8])?) throws {
    let descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
    self.descriptor = descriptor
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(descriptor, $0, length)
        _ = getsockname(descriptor, $0, &length)
      }
    }
    endpoint = IPEndpoint(.v4(0x7F00_0001), UInt16(bigEndian: name.sin_port))
    guard let raw else { return }
    Thread { [weak self] in
      var buffer = [UInt8](repeating: 0, count: 1500)
      while true {
        var peer = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = withUnsafeMutablePointer(to: &peer) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
          }
        }
        guard count > 0 else { return }
        let question = Array(buffer[..<count])
        self?.note(question)
        let reply = raw(question)
        _ = withUnsafePointer(to: &peer) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            sendto(descriptor, reply, reply.count, 0, $0, length)
          }
        }
      }
    }.start()
  }

  deinit {
    shutdown(descriptor, CInt(SHUT_RDWR))
    close(descriptor)
  }

  private func note(_ question: [UInt8]) {
    let (name, kind, _) = Self.parse(question)
    asked.withLock { $0.append("\(name) \(kind)") }
  }

  private static func parse(_ question: [UInt8]) -> (name: String, kind: UInt16, end: Int) {
    var (labels, position): ([String], Int) = ([], 12)
    while position < question.count, question[position] > 0 {
      let end = min(question.count, position + 1 + Int(question[position]))
      labels.append(String(decoding: question[(position + 1)..<end], as: UTF8.self))
      position = end
    }
    guard position + 4 < question.count else { return ("", 0, question.count) }
    let kind = UInt16(question[position + 1]) << 8 | UInt16(question[position + 2])
    return (labels.joined(separator: ".").lowercased(), kind, position + 5)
  }

  private static func reply(
    to question: [UInt8], _ answer: (String, UInt16) -> [[UInt8]]
  ) -> [UInt8] {
    let (name, kind, end) = parse(question)
    let records = answer(name, kind)
    var reply = Array(question[..<end])
    reply[2] = 0x81
    reply[3] = records.isEmpty ? 0x83 : 0x80
    reply[7] = UInt8(records.count)
    for index in 8..<12 { reply[index] = 0 }
    for data in records {
      reply += [0xC0, 12, 0, UInt8(kind), 0, 1, 0, 0, 0, 60, 0, UInt8(data.count)] + data
    }
    return reply
  }
}
