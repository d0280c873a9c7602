import ArgumentParser
import TandemServer

struct Reload: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have a running node read its configuration again, without touching a call.",
    discussion: """
      All of it or nothing: the node checks the file, loads certificates and sound files, and then \
      takes up at once what has changed. What needs another process is printed as such and waits \
      for `tandem upgrade`. SIGHUP does the same, and the log says what came of it.
      """)

  @OptionGroup var node: NodeOptions
  @OptionGroup var output: ResultOptions

  func run() async throws {
    let client = try NodeClient(node.load())
    let done = try await client.post("/api/v1/reload", as: ReloadDocument.self)
    if output.json { return try printJSON(done) }
    done.print()
    let waiting = done.changes.contains { $0.needs == .nextProcess }
    print(
      done.changes.isEmpty
        ? "Nothing has changed but what the files that it names may hold."
        : "Reloaded." + (waiting ? " Some of it waits for `tandem upgrade`." : ""))
  }
}

extension ReloadDocument {
  /// One line a change.
  func print() {
    for change in changes { Swift.print("\(change)".printable) }
    if omitted > 0 { Swift.print("and \(omitted) further changes") }
  }
}
