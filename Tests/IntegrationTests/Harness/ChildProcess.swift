import Foundation

/// A program that a test runs beside itself, with its output kept in files.
final class ChildProcess: Sendable {
  private let process: Process
  private let outputFile: URL
  private let errorFile: URL
  let name: String

  /// Starts the program at once. `name` names the files that keep its output in `folder`.
  init(
    _ program: String, _ arguments: [String], folder: URL, name: String, input: String? = nil
  ) throws {
    self.name = name
    outputFile = folder.appending(path: "\(name).out")
    errorFile = folder.appending(path: "\(name).err")
    process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = try Self.file(outputFile)
    process.standardError = try Self.file(errorFile)
    if let input {
      let pipe = Pipe()
      process.standardInput = pipe
      try process.run()
      pipe.fileHandleForWriting.write(Data(input.utf8))
      try pipe.fileHandleForWriting.close()
    } else {
      process.standardInput = FileHandle.nullDevice
      try process.run()
    }
  }

  var identifier: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }
  var output: String { Self.text(outputFile) }
  var errors: String { Self.text(errorFile) }

  /// Waits for the program to end; nil when it has not by then. A signal's number is negated.
  func exitStatus(within limit: Duration) async throws -> Int32? {
    guard try await eventually(within: limit, { !process.isRunning }) else { return nil }
    return process.terminationReason == .exit
      ? process.terminationStatus : -process.terminationStatus
  }

  func signal(_ number: Int32) {
    if process.isRunning { kill(process.processIdentifier, number) }
  }

  /// Asks the program to end, and after a while insists.
  func stop(patience: Duration = .seconds(5)) async {
    signal(SIGTERM)
    if await endsByItself(within: patience) { return }
    signal(SIGKILL)
    _ = await endsByItself(within: .seconds(5))
  }

  private func endsByItself(within limit: Duration) async -> Bool {
    // A cancelled test must still wait here, or the next one finds its ports taken.
    await Task.detached { [self] in
      (try? await eventually(within: limit, { !process.isRunning })) ?? false
    }.value
  }

  private static func file(_ url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  private static func text(_ url: URL) -> String {
    String(decoding: (try? Data(contentsOf: url)) ?? Data(), as: UTF8.self)
  }
}

/// Asks again and again until the answer is yes, or the time is up.
func eventually(
  within limit: Duration, _ isTrue: () async throws -> Bool
) async throws -> Bool {
  let end = ContinuousClock.now + limit
  while true {
    if try await isTrue() { return true }
    if ContinuousClock.now > end { return false }
    try await Task.sleep(for: .milliseconds(20))
  }
}
