import Foundation
import Testing

extension IntegrationTests {
  @Suite("A full disk")
  struct FullDiskTests {
    @Test(
      "Calls in progress go on and end, new ones get 503, and all is well once there is room",
      .enabled(if: SmallDisk.isPossible, "a small disk needs root"))
    func full() async throws {
      try await withNode(starting: false) { first in
        // The folder is known only now.
        let disk = try await SmallDisk(folder: first.folder, name: "log")
        do {
          var configuration = first.configuration
          configuration.callLog = ["directory: \(disk.directory.path)", "whenFailing: refuse"]
          let node = try TandemNode(configuration, folder: first.folder)
          do {
            try await node.start()
            try await fillAndFree(disk, node)
            try await node.stop()
          } catch {
            let log = node.log.lastLines(30)
            _ = try? await node.stop()
            throw TestFailure("\(error)\n--- the node's log ---\n\(log)")
          }
        } catch {
          await disk.remove()
          throw error
        }
        await disk.remove()
      }
    }

    private func fillAndFree(_ disk: SmallDisk, _ node: TandemNode) async throws {
      let callee = CallState.Party(scenario: "callee-paced", stop: nil).sipp()
      // Five calls talk while the disk is full, and end meanwhile.
      try await node.exchange(paced(hold: 4000, calls: 5), with: [callee]) {
        try await expectTalking(5, node)
        try disk.fill()
        let isNoticed = try await eventually(within: .seconds(8)) {
          try await node.status().callLog.isFailing
        }
        #expect(isNoticed)
        let text = try await node.command("status").output
        #expect(text.contains("NONE: the call log cannot be written"), "\(text)")
        var refused = SIPp(
          scenario: "caller-refused", address: NodeConfiguration.trustedAddress, calls: 3)
        refused.values["status"] = "503"
        try await node.sipp(refused).finish()
      }
      #expect(try await node.status().callLog.isFailing)

      try disk.free()
      let isWell = try await eventually(within: .seconds(8)) {
        try await !node.status().callLog.isFailing
      }
      #expect(isWell)
      // New calls are taken, and are durable again.
      try await node.exchange(paced(hold: 4000, calls: 5), with: [callee]) {
        try await expectTalking(5, node)
        try await node.crash(.both, try await .of(node))
        #expect(try await node.status().callLog.recoveredCalls == 5)
      }
      // Ten that were answered, three that were refused before they were calls.
      let records = try await node.callRecords(10)
      #expect(records.allSatisfy { $0.cause == 200 })
    }

    private func paced(hold: Int, calls: Int) -> SIPp {
      var caller = CallState.Party(scenario: "caller-paced", stop: nil).sipp()
      caller.values["hold"] = #"milliseconds="\#(hold)""#
      caller.calls = calls
      return caller
    }

    private func expectTalking(_ count: Int, _ node: TandemNode) async throws {
      let areTalking = try await eventually(within: .seconds(5)) {
        try await node.calls().count { $0.state == "talking" } == count
      }
      try #require(areTalking)
    }
  }
}

/// A file system of a few megabytes in memory.
private struct SmallDisk {
  let directory: URL
  private let folder: URL

  static var isPossible: Bool { geteuid() == 0 }

  init(folder: URL, name: String) async throws {
    self.folder = folder
    directory = folder.appending(path: name)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try await run("/bin/mount", ["-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", directory.path])
  }

  private var filler: URL { directory.appending(path: "filler") }

  /// Until not one octet more goes in.
  func fill() throws {
    try Data().write(to: filler)
    let file = try FileHandle(forWritingTo: filler)
    defer { try? file.close() }
    for size in [65_536, 4096, 1] {
      while (try? file.write(contentsOf: Data(count: size))) != nil {}
    }
  }

  func free() throws {
    try FileManager.default.removeItem(at: filler)
  }

  func remove() async {
    try? await run("/bin/umount", ["-l", directory.path])
  }

  private func run(_ program: String, _ arguments: [String]) async throws {
    let child = try ChildProcess(
      program, arguments, folder: folder, name: "mount-\(UUID().uuidString.prefix(8))")
    guard try await child.exitStatus(within: .seconds(5)) == 0 else {
      throw TestFailure("\(program) \(arguments): \(child.errors)")
    }
  }
}
