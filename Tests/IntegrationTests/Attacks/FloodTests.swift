import Foundation
import Testing

extension IntegrationTests {
  @Suite("Attacks: floods")
  struct FloodTests {
    @Test("Floods of INVITEs and of garbage cost little, and a call in progress never notices")
    func floods() async throws {
      var configuration = NodeConfiguration()
      configuration.security = ["strangers: {rate: 100, burst: 500}"]
      try await withNode(configuration) { node in
        let caller = SIPp(scenario: "caller", values: ["hold": "2000"])
        var before = try Load(node)
        try await node.exchange(caller, with: [SIPp(scenario: "callee")]) {
          before = try Load(node)
          let inviter = try Stranger(at: "127.0.0.66", to: node)
          let vandal = try Stranger(at: "127.0.0.67", to: node)
          let gateway = try Stranger(at: NodeConfiguration.trustedAddress, to: node)
          let garbage = try Self.corpus()
          var answers = 0
          for number in 0..<10_000 {
            inviter.ask("INVITE")
            vandal.send(Self.damaged(garbage[number % garbage.count], number))
            guard number % 50 == 49 else { continue }
            // As fast as the node reads: what the kernel drops would be no load on it.
            gateway.ask("OPTIONS", "sip:example.test")
            try #require(gateway.hear()?.hasPrefix("SIP/2.0 200") == true, "\(number)")
            answers += inviter.drain()
            _ = vandal.drain()
          }
          #expect((500..<2500).contains(answers), "the burst, and what the rate allows")
          #expect(try node.answersNewcomer())
        }
        let after = try Load(node)
        print("before the floods \(before); after 20,000 datagrams \(after)")
        #expect(after.megabytes - before.megabytes < 64)
        #expect(after.descriptors <= before.descriptors + 8)
        #expect((try node.metrics()["tandem_strangers_throttled_total"] ?? 0) > 1000)
        // Nothing of what strangers wrote reaches the operator's terminal as a command to it.
        #expect(!node.log.utf8.contains(0x1B))
      }
    }

    /// What once broke parsers, what fuzzers begin with, and messages made to torture.
    static func corpus() throws -> [[UInt8]] {
      let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../..").standardizedFileURL
      let files = ["Fuzzing/Seeds", "Fuzzing/Crashers", "Tests/TortureVectors/Messages"].flatMap {
        folder in
        (FileManager.default.enumerator(
          at: root.appending(path: folder), includingPropertiesForKeys: nil)?
          .compactMap { $0 as? URL } ?? [])
          .filter { !$0.hasDirectoryPath && !$0.lastPathComponent.hasPrefix(".") }
      }
      let bytes = try files.map { Array(try Data(contentsOf: $0)) }.filter { !$0.isEmpty }
      try #require(bytes.count > 50)
      return bytes
    }

    /// The same with a few octets changed, differently for each number; escape codes among them.
    static func damaged(_ bytes: [UInt8], _ number: Int) -> [UInt8] {
      var bytes = Array(bytes.prefix(60_000))
      var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 | 1
      for _ in 0..<(number % 8) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let place = Int(state >> 33) % bytes.count
        bytes[place] = state & 64 == 0 ? 0x1B : UInt8(truncatingIfNeeded: state >> 24)
      }
      return bytes
    }
  }
}
