import Glibc
import Testing

extension IntegrationTests {
  @Suite("Sockets that are never closed")
  struct KeptSocketsTests {
    @Test("No port-unreachable leaves the SIP port or a call's media port while no worker runs")
    func noPortUnreachable() async throws {
      try await withNode { node in
        var callee = CallState.Party(scenario: "callee-paced", stop: nil).sipp()
        callee.values["ring"] = #"milliseconds="20""#
        var caller = CallState.Party(scenario: "caller-paced", stop: nil).sipp()
        caller.values["hold"] = #"milliseconds="4000""#
        try await node.exchange(caller, with: [callee]) {
          let isTalking = try await eventually(within: .seconds(5)) {
            try await node.calls().first?.state == "talking"
          }
          try #require(isTalking)
          let media = try #require(try await node.calls().first?.legs.first?.ports.first)
          let probes = try [node.configuration.sipPort, media].map { try PortProbe(port: $0) }
          let processes = try await NodeProcesses.of(node)
          let probing = Task.detached {
            var rounds = 0
            while !Task.isCancelled {
              for probe in probes { probe.knock() }
              rounds += 1
              usleep(500)
            }
            return rounds
          }
          try await node.crash(.worker, processes)
          try await node.crash(.keeper, try await NodeProcesses.of(node))
          probing.cancel()
          let rounds = await probing.value
          #expect(rounds > 200)
          for probe in probes { #expect(probe.refusals == 0, "port \(probe.port)") }
        }
        // A port that nobody has does refuse: the probe can tell.
        let nobody = try PortProbe(port: Ports.one())
        for _ in 0..<3 { nobody.knock() }
        #expect(nobody.refusals > 0)
      }
    }
  }
}

/// A connected UDP socket: the kernel tells it of a port-unreachable by an error.
///
/// One task knocks; another reads the count after that has ended.
private final class PortProbe: @unchecked Sendable {
  let port: Int
  private let socket: Int32
  private(set) var refusals = 0

  init(port: Int) throws {
    self.port = port
    socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard socket >= 0, withSocketAddress("127.0.0.1", port, { connect(socket, $0, $1) }) == 0
    else { throw TestFailure("no socket towards \(port)") }
  }

  deinit { close(socket) }

  /// Sends what neither SIP nor RTP answers.
  func knock() {
    if send(socket, "\r\n\r\n", 4, 0) < 0, errno == ECONNREFUSED { refusals += 1 }
    var octet: UInt8 = 0
    if recv(socket, &octet, 1, 0) < 0, errno == ECONNREFUSED { refusals += 1 }
  }
}
