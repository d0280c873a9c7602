import Glibc

/// Gets a small document from a node's HTTP interface, the simplest way there is.
enum HTTPProbe {
  /// The status and the whole answer; nil when nobody answers.
  static func get(_ path: String, host: String, port: Int) -> (status: Int, text: String)? {
    let request = "GET \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\n\r\n"
    guard let text = exchange(request, host: host, port: port) else { return nil }
    let words = text.prefix { $0 != "\r\n" }.split(separator: " ")
    guard words.count >= 2, let status = Int(words[1]) else { return nil }
    return (status, text)
  }

  /// Sends a request and returns all that comes until the end; nil when nobody answers.
  static func exchange(_ request: String, host: String, port: Int) -> String? {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return nil }
    defer { close(socket) }
    var patience = timeval(tv_sec: 3, tv_usec: 0)
    setsockopt(
      socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    guard withSocketAddress(host, port, { connect(socket, $0, $1) }) == 0 else { return nil }
    guard send(socket, request, request.utf8.count, Int32(MSG_NOSIGNAL)) > 0 else {
      return nil
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      answer += buffer[..<count]
    }
    return String(decoding: answer, as: UTF8.self)
  }
}
