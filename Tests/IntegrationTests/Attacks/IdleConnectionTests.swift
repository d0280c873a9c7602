import Foundation
import Glibc
import Testing

extension IntegrationTests {
  /// With TANDEM_ATTACKS (`make attacks`) there are 10,000 connections; else as many as are made
  /// in a moment.
  @Suite("Attacks: connections")
  struct IdleConnectionTests {
    private static let isFull = ProcessInfo.processInfo.environment["TANDEM_ATTACKS"] != nil

    @Test("Thousands of idle connections cost a bounded amount, and new phones are served")
    func idle() async throws {
      let count = Self.isFull ? 10_000 : 1000
      let room = Self.descriptors(atLeast: count + 200)
      try #require(room, "the system lets a process have \(count) descriptors")
      var configuration = NodeConfiguration()
      configuration.limits = ["connections: \(count + 100)"]
      try await withNode(configuration) { node in
        let before = try Load(node)
        var idlers: [Stranger] = []
        // From ten sources, since one may have 2,000; each says something, or it were closed soon.
        for batch in 0..<(count / 100) {
          let these = try (0..<100).map { _ in
            try Stranger(at: "127.0.1.\(1 + batch % 10)", to: node, SOCK_STREAM)
          }
          for idler in these { idler.ask("OPTIONS", "sip:example.test") }
          for idler in these {
            #expect(idler.hear(within: .seconds(20))?.hasPrefix("SIP/2.0 200") == true)
          }
          idlers += these
        }
        let after = try Load(node)
        let each = (after.megabytes - before.megabytes) * 1024 / Double(count)
        print("\(count) idle connections: before \(before); after \(after); \(each) KiB each")
        #expect(after.descriptors - before.descriptors <= Double(count) + 8)
        #expect(each < 64)
        #expect(try node.answersNewcomer())
        #expect(try node.answersNewcomer(at: "127.0.0.201", SOCK_STREAM))
        idlers = []
        let isOver = try await eventually(within: .seconds(20)) {
          try Load(node).descriptors <= before.descriptors + 8
        }
        #expect(isOver, "their descriptors come back")
      }
    }

    @Test("Half requests to the HTTP interface hold up no call and no newcomer")
    func slowLoris() async throws {
      try await withNode { node in
        let http = node.configuration.httpPort
        let idlers = try (0..<300).map { _ in
          try Stranger(at: "127.0.0.66", to: node, port: http, SOCK_STREAM)
        }
        for idler in idlers { idler.send("GET /metrics HTTP/1.1\r\nHost: x\r\nX-".utf8) }
        #expect(try node.answersNewcomer())
        try await node.register(at: Ports.one())
      }
    }

    @Test("A network that is denied hears nothing, over UDP or TCP, unless it is allowed")
    func denied() async throws {
      var configuration = NodeConfiguration()
      configuration.security = ["deny: [127.0.3.0/24]", "allow: [127.0.3.7]"]
      try await withNode(configuration) { node in
        #expect(try node.answersNewcomer(at: "127.0.3.7"))
        #expect(try node.answersNewcomer(at: "127.0.3.7", SOCK_STREAM))
        #expect(try node.answersNewcomer(at: "127.0.4.1"))
        for type in [SOCK_DGRAM, SOCK_STREAM] {
          let outcast = try Stranger(at: "127.0.3.8", to: node, type)
          outcast.ask("OPTIONS", "sip:example.test")
          #expect(outcast.hear(within: .milliseconds(500)) == nil)
        }
        let dropped = try node.metrics()["tandem_transport_dropped_total{reason=\"deniedSource\"}"]
        #expect(dropped == 2)
      }
    }

    /// Whether this process, and so the node that it starts, may have so many.
    private static func descriptors(atLeast count: Int) -> Bool {
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      if limit.rlim_cur >= rlim_t(count) { return true }
      limit.rlim_cur = min(limit.rlim_max, rlim_t(count))
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      return limit.rlim_cur >= rlim_t(count)
    }
  }
}
