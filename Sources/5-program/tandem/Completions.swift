import ArgumentParser

/// What a shell offers for values. The node that is asked is the one of the standard configuration
/// file; where there is none, or no permission to read it, nothing is offered.
extension CompletionKind {
  static var configurationFile: CompletionKind { .file(extensions: ["yaml", "yml"]) }
  static var subscriber: CompletionKind { firstColumn(of: "user list") }
  static var group: CompletionKind { firstColumn(of: "group list") }
  static var call: CompletionKind { firstColumn(of: "calls") }

  /// Of a table, without its heading.
  private static func firstColumn(of command: String) -> CompletionKind {
    .shellCommand("tandem \(command) 2>/dev/null | awk 'NR > 1 { print $1 }'")
  }
}
