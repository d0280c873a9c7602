import Foundation

/// The judge of what is well-formed.
enum XMLLint {
  /// What it has to complain of; empty if the document is well-formed.
  static func complaint(_ document: String, folder: URL) async throws -> String {
    let program = "/usr/bin/xmllint"
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw TestFailure("xmllint is missing; `Scripts/setup test` installs it")
    }
    let name = "document-\(UUID().uuidString.prefix(8))"
    let file = folder.appending(path: "\(name).xml")
    try Data(document.utf8).write(to: file)
    let lint = try ChildProcess(
      program, ["--noout", "--nonet", file.path], folder: folder, name: name)
    let status = try await lint.exitStatus(within: .seconds(5))
    return status == 0 ? "" : "\(status ?? -1): \(lint.errors)"
  }
}
