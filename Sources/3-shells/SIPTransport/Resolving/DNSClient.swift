import Addressing
import CCares
import CLinux
import Glibc
import Machines
import SIP
import Synchronization

/// Asks DNS through c-ares, on a thread of its own. This file holds the target's calls into
/// c-ares, and its unsafe pointers.
///
/// The channel belongs to the thread; the rest of the world puts questions into a queue and wakes
/// the thread, and is given answers as they come. Each question is answered once.
final class DNSClient: Sendable {
  private let questions = Mutex<Queue>(Queue())
  private let wake: CInt
  private let answer: @Sendable (DNSQuestion, DNSAnswer) -> Void

  private struct Queue {
    var waiting: [DNSQuestion] = []
    var isStopped = false
  }

  /// The sockets of a channel, one bit each for reading and for writing.
  private static let maximumSockets = 16
  private static let longestSleep: CInt = 1000

  /// - Parameter answer: called on the client's thread.
  init(
    _ options: ResolverOptions, answer: @escaping @Sendable (DNSQuestion, DNSAnswer) -> Void
  ) throws(DNSFault) {
    self.answer = answer
    wake = eventfd(0, CInt(EFD_NONBLOCK | EFD_CLOEXEC))
    guard wake >= 0 else { throw DNSFault("eventfd", errno) }
    let channel: ares_channel
    do {
      channel = try Self.openChannel(options)
      try start(Channel(channel))
    } catch {
      close(wake)
      throw error
    }
  }

  func ask(_ question: DNSQuestion) {
    let isStopped = questions.withLock { queue in
      if !queue.isStopped { queue.waiting.append(question) }
      return queue.isStopped
    }
    if isStopped { answer(question, .failed) } else { rouse() }
  }

  /// The thread ends soon; what it has not answered is answered with `failed`.
  func stop() {
    questions.withLock { $0.isStopped = true }
    rouse()
  }

  private func rouse() {
    var one: UInt64 = 1
    _ = write(wake, &one, 8)
  }

  // The channel

  /// Handed to the thread once, and used there only.
  private struct Channel: @unchecked Sendable {
    let pointer: ares_channel

    init(_ pointer: ares_channel) {
      self.pointer = pointer
    }
  }

  private static func openChannel(_ options: ResolverOptions) throws(DNSFault) -> ares_channel {
    try check(ares_library_init(CInt(ARES_LIB_INIT_ALL)), "ares_library_init")
    var settings = ares_options()
    settings.timeout = CInt(clamping: options.timeout.wholeNanoseconds / 1_000_000)
    settings.tries = CInt(clamping: options.tries)
    var opened: ares_channel?
    let mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
    try check(ares_init_options(&opened, &settings, CInt(mask)), "ares_init_options")
    guard let channel = opened else { throw DNSFault(call: "ares_init_options", reason: "none") }
    if !options.servers.isEmpty {
      let list = options.servers.map(\.description).joined(separator: ",")
      let code = ares_set_servers_ports_csv(channel, list)
      if code != ARES_SUCCESS { ares_destroy(channel) }
      try check(code, "ares_set_servers_ports_csv")
    }
    return channel
  }

  private static func check(_ code: CInt, _ call: String) throws(DNSFault) {
    guard code != CInt(ARES_SUCCESS) else { return }
    throw DNSFault(call: call, reason: String(cString: ares_strerror(code)))
  }

  // The thread

  private func start(_ channel: Channel) throws(DNSFault) {
    var thread = pthread_t()
    let body = ThreadBody { [self] in run(channel.pointer) }
    // Released by the thread, or here when there is none.
    let box = Unmanaged.passRetained(body)
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      ares_destroy(channel.pointer)
      throw DNSFault("pthread_create", code)
    }
    tandem_name_thread(thread, "tandem-dns")
    pthread_detach(thread)
  }

  private func run(_ channel: ares_channel) {
    while takeQuestions(channel) {
      var sockets = sockets(of: channel)
      var longest = timeval(tv_sec: 1, tv_usec: 0)
      var left = timeval()
      _ = ares_timeout(channel, &longest, &left)
      let milliseconds = CInt(clamping: left.tv_sec * 1000 + (Int(left.tv_usec) + 999) / 1000)
      let count = poll(&sockets, nfds_t(sockets.count), min(milliseconds, Self.longestSleep))
      if count > 0, sockets[0].revents != 0 {
        var number: UInt64 = 0
        _ = read(wake, &number, 8)
      }
      process(channel, sockets.dropFirst())
    }
    // Each question that is out is answered with an error.
    ares_destroy(channel)
    close(wake)
  }

  /// False: to end.
  private func takeQuestions(_ channel: ares_channel) -> Bool {
    let (waiting, isStopped) = questions.withLock { queue in
      defer { queue.waiting = [] }
      return (queue.waiting, queue.isStopped)
    }
    for question in waiting {
      if isStopped { answer(question, .failed) } else { ask(question, on: channel) }
    }
    return !isStopped
  }

  private func sockets(of channel: ares_channel) -> [pollfd] {
    var numbers = [ares_socket_t](repeating: -1, count: Self.maximumSockets)
    let bits = ares_getsock(channel, &numbers, CInt(Self.maximumSockets))
    var list = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
    for index in 0..<Self.maximumSockets {
      let readable = bits & (1 << index) != 0
      let writable = bits & (1 << (index + Self.maximumSockets)) != 0
      guard readable || writable else { continue }
      list.append(
        pollfd(
          fd: numbers[index], events: Int16((readable ? POLLIN : 0) | (writable ? POLLOUT : 0)),
          revents: 0))
    }
    return list
  }

  private func process(_ channel: ares_channel, _ sockets: ArraySlice<pollfd>) {
    // With no sockets at all it looks at its timers.
    ares_process_fd(channel, ares_socket_t(ARES_SOCKET_BAD), ares_socket_t(ARES_SOCKET_BAD))
    for socket in sockets where socket.revents != 0 {
      let failed = socket.revents & Int16(POLLERR | POLLHUP) != 0
      let reads = failed || socket.revents & Int16(POLLIN) != 0
      let writes = failed || socket.revents & Int16(POLLOUT) != 0
      ares_process_fd(
        channel, reads ? socket.fd : ares_socket_t(ARES_SOCKET_BAD),
        writes ? socket.fd : ares_socket_t(ARES_SOCKET_BAD))
    }
  }

  // One question

  private func ask(_ question: DNSQuestion, on channel: ares_channel) {
    if let known = addressInHostsFile(question, channel) { return answer(question, known) }
    let asked = Unmanaged.passRetained(AskedQuestion(question, answer))
    ares_query(
      channel, question.name, 1, CInt(question.kind.rawValue),
      { argument, status, _, bytes, length in
        guard let argument else { return }
        let asked = Unmanaged<AskedQuestion>.fromOpaque(argument).takeRetainedValue()
        var reply: [UInt8] = []
        if let bytes, length > 0 {
          reply = Array(UnsafeBufferPointer(start: bytes, count: Int(length)))
        }
        asked.finish(status, reply)
      }, asked.toOpaque())
  }

  /// `/etc/hosts` comes before DNS, as it does for every program of the system.
  private func addressInHostsFile(
    _ question: DNSQuestion, _ channel: ares_channel
  ) -> DNSAnswer? {
    guard question.kind == .a || question.kind == .aaaa else { return nil }
    let family = question.kind == .a ? AF_INET : AF_INET6
    var found: UnsafeMutablePointer<hostent>?
    guard ares_gethostbyname_file(channel, question.name, family, &found) == ARES_SUCCESS,
      let found
    else { return nil }
    defer { ares_free_hostent(found) }
    var records: [DNSRecord] = []
    var next = found.pointee.h_addr_list
    while let octets = next?.pointee, records.count < 16 {
      if let address = address(octets, Int(found.pointee.h_length)) {
        records.append(.address(address))
      }
      next = next?.advanced(by: 1)
    }
    return records.isEmpty ? nil : .records(records, lifetime: .seconds(10))
  }

  private func address(_ octets: UnsafeMutablePointer<CChar>, _ length: Int) -> IPAddress? {
    func half(_ range: Range<Int>) -> UInt64 {
      range.reduce(0) { $0 << 8 | UInt64(UInt8(bitPattern: octets[$1])) }
    }
    switch length {
    case 4: return .v4(UInt32(truncatingIfNeeded: half(0..<4)))
    case 16: return .v6(half(0..<8), half(8..<16))
    default: return nil
    }
  }
}

/// Why names cannot be looked up at all.
package struct DNSFault: Error, CustomStringConvertible {
  package let call: String
  package let reason: String

  init(call: String, reason: String) {
    self.call = call
    self.reason = reason
  }

  init(_ call: String, _ errno: CInt) {
    self.init(call: call, reason: String(cString: strerror(errno)))
  }

  package var description: String { "\(call): \(reason)" }
}

/// A question that c-ares has, until it says what became of it.
private final class AskedQuestion {
  private let question: DNSQuestion
  private let answer: @Sendable (DNSQuestion, DNSAnswer) -> Void

  init(_ question: DNSQuestion, _ answer: @escaping @Sendable (DNSQuestion, DNSAnswer) -> Void) {
    self.question = question
    self.answer = answer
  }

  func finish(_ status: CInt, _ reply: [UInt8]) {
    let outcomes = [ARES_SUCCESS, ARES_ENODATA, ARES_ENOTFOUND].map { CInt($0) }
    guard outcomes.contains(status), !reply.isEmpty else { return answer(question, .failed) }
    answer(question, DNSReply.read(reply, answering: question))
  }
}

private final class ThreadBody: Sendable {
  private let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }

  func run() { body() }
}
