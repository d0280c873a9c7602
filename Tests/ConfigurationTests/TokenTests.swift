import Foundation
import Testing

@testable import TandemServer

@Suite("The token of the API")
struct TokenTests {
  private static let token = "0123456789abcdefghijklmn"

  private func configuration(_ http: String, folder: String = "/etc") throws -> Configuration {
    let text = sample.replacing("{listen: 127.0.0.1:8080}", with: http)
    #expect(text != sample)
    return try readConfiguration(text, file: folder + "/t.yaml")
  }

  private func problem(_ http: String) -> String {
    do {
      _ = try configuration(http)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test("It stands in the configuration or in a file beside it")
  func places() throws {
    let written = try configuration("{listen: 127.0.0.1:8080, adminToken: \(Self.token)}")
    #expect(written.http?.token == Secret(Self.token))
    let folder = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("\(Self.token)\n".utf8).write(to: folder.appending(path: "secret"))
    let kept = try configuration(
      "{listen: 127.0.0.1:8080, adminTokenFile: secret}", folder: folder.path)
    #expect(kept.http?.token == Secret(Self.token))
    #expect(try configuration("{listen: 127.0.0.1:8081}").http?.token == nil)
  }

  @Test("A short or strange one is refused, and not repeated")
  func refused() {
    for wrong in ["tooShortToken", "0123456789abcdefghijklm ö", "\"\""] {
      let problem = problem("{listen: 127.0.0.1:8080, adminToken: \(wrong)}")
      #expect(problem.contains("http.adminToken"), "\(problem)")
      #expect(!problem.contains("0123") && !problem.contains("tooShort"))
    }
    #expect(problem("{listen: 127.0.0.1:8080, adminTokenFile: /nowhere}").contains("/nowhere"))
    let both = "{listen: 127.0.0.1:8080, adminToken: \(Self.token), adminTokenFile: /dev/null}"
    #expect(problem(both).contains("holds is no token"))
  }
}
