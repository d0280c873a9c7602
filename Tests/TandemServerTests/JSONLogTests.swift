import Foundation
import Logging
import Synchronization
import Testing

@testable import TandemServer

@Suite("The log in JSON")
struct JSONLogTests {
  private final class Lines: Sendable {
    let bytes = Mutex<[UInt8]>([])
    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
  }

  @Test("Each message is one object on one line, whatever is in it")
  func lines() throws {
    let lines = Lines()
    let handler = JSONLogHandler(label: "tandem") { line in lines.bytes.withLock { $0 += line } }
    var logger = Logger(label: "tandem") { _ in handler }
    logger[metadataKey: "node"] = "a1"
    logger.notice(
      "two\nlines \"quoted\" \u{1B}[31m",
      metadata: ["call": "x", "list": ["a", "b"], "more": ["k": "v"], "n": .stringConvertible(7)])
    logger.debug("below the level")
    logger.error("again")
    let rows = lines.text.split(separator: "\n")
    #expect(rows.count == 2)
    let first = try JSONDecoder().decode(JSONValue.self, from: Data(rows[0].utf8))
    guard case .object(let members) = first else {
      Issue.record("no object")
      return
    }
    #expect(members["level"] == "notice")
    #expect(members["logger"] == "tandem")
    #expect(members["message"] == "two\nlines \"quoted\" \u{1B}[31m")
    #expect(
      members["metadata"]
        == ["node": "a1", "call": "x", "list": ["a", "b"], "more": ["k": "v"], "n": "7"])
    guard case .string(let time)? = members["time"] else {
      Issue.record("no time")
      return
    }
    #expect(nanoseconds(iso8601: time) != nil)
  }

  @Test("A secret does not show")
  func secrets() {
    let lines = Lines()
    let handler = JSONLogHandler(label: "tandem") { line in lines.bytes.withLock { $0 += line } }
    let logger = Logger(label: "tandem") { _ in handler }
    logger.error("x", metadata: ["token": "\(Secret("hush"))"])
    #expect(!lines.text.contains("hush"))
    #expect(lines.text.contains("•••"))
  }
}
