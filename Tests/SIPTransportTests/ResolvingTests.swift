import Addressing
import Machines
import NIOCore
import NIOPosix
import SIP
import Testing

@testable import SIPTransport

/// Against a name server of a few lines; real ones are met in the integration tests.
@Suite("Looking names up", .serialized)
struct ResolvingTests {
  private static let reach = [ServerReach(.udp, isIPv6: false)]

  private func withFinder(
    _ server: IPEndpoint, timeout: Duration = .milliseconds(100), tries: Int = 2,
    _ body: (Finder) async throws -> Void
  ) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    var options = ResolverOptions()
    options.servers = [server]
    options.timeout = timeout
    options.tries = tries
    let loop = group.next()
    let finder = try ServerFinder(
      eventLoop: loop, reach: Self.reach, options: options, random: .seeded(1),
      now: {
        let time = ContinuousClock.now - Self.began
        return Now(
          steady: Instant(nanoseconds: time.wholeNanoseconds),
          wall: WallTime(nanoseconds: time.wholeNanoseconds))
      })
    do { try await body(Finder(finder: finder, loop: loop)) } catch {
      finder.stop()
      try? await group.shutdownGracefully()
      throw error
    }
    finder.stop()
    try await group.shutdownGracefully()
  }

  private static let began = ContinuousClock.now

  private struct Finder {
    let finder: ServerFinder
    let loop: any EventLoop

    func locate(_ query: ServerQuery) async throws -> ServerLocation {
      let promise = loop.makePromise(of: ServerLocation.self)
      loop.execute { finder.locate(query) { promise.succeed($0) } }
      return try await promise.futureResult.get()
    }

    func statistics() async throws -> ResolverStatistics {
      try await loop.submit { finder.statistics }.get()
    }
  }

  @Test("A name is found by its addresses; equal questions are asked once, and answers kept")
  func cached() async throws {
    let server = try TinyNameServer { name, kind in
      name == "pbx.example.net" && kind == 1 ? [[192, 0, 2, 7]] : []
    }
    try await withFinder(server.endpoint) { finder in
      let query = ServerQuery(host: "pbx.example.net", port: 5080)
      async let one = finder.locate(query)
      async let two = finder.locate(query)
      let expected = [ServerTarget(.udp, IPEndpoint("192.0.2.7:5080")!)]
      for location in [try await one, try await two, try await finder.locate(query)] {
        guard case .found(let targets, let domain, _) = location else {
          Issue.record("\(location)")
          continue
        }
        #expect(targets == expected)
        #expect(domain == "pbx.example.net")
      }
      #expect(server.questions == ["pbx.example.net 1"])
      let asked = try await finder.statistics().questions
      #expect(asked == 1)
    }
  }

  @Test("A name server that says nothing is given up, and not waited for again at once")
  func silent() async throws {
    let server = try TinyNameServer(answer: nil)
    try await withFinder(server.endpoint) { finder in
      let query = ServerQuery(host: "pbx.example.net", port: 5080)
      let begin = ContinuousClock.now
      let first = try await finder.locate(query)
      #expect(first == .notFound(.unanswered))
      #expect(ContinuousClock.now - begin < .seconds(3))
      let again = ContinuousClock.now
      let second = try await finder.locate(query)
      #expect(second == .notFound(.unanswered))
      #expect(ContinuousClock.now - again < .milliseconds(150))
    }
  }

  @Test("What is no reply is of no use, and does no harm")
  func garbage() async throws {
    let server = try TinyNameServer(raw: { question in question.prefix(2) + [0x81, 0x80, 9] })
    try await withFinder(server.endpoint) { finder in
      let location = try await finder.locate(ServerQuery(host: "pbx.example.net"))
      #expect(location == .notFound(.unanswered))
    }
  }

  @Test("Names of /etc/hosts need no DNS")
  func hostsFile() async throws {
    let server = try TinyNameServer(answer: nil)
    try await withFinder(server.endpoint) { finder in
      let location = try await finder.locate(ServerQuery(host: "localhost", port: 5060))
      guard case .found(let targets, _, _) = location else {
        Issue.record("\(location)")
        return
      }
      #expect(targets.map(\.endpoint.description) == ["127.0.0.1:5060"])
      #expect(server.questions.isEmpty)
    }
  }
}
