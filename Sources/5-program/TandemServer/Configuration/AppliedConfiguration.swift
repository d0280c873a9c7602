import Foundation
import Glibc
import Yams

/// The text of the configuration that a node goes by, kept beside its database while it runs.
///
/// A file that somebody is editing when the process dies must not keep the next one from
/// starting. A node that was stopped on purpose leaves none: whoever starts it reads the problems.
struct AppliedConfiguration: Sendable {
  let path: String

  init(store: String) {
    path = store + ".applied.yaml"
  }

  var text: String? { try? ConfigurationFile.read(path) }

  /// Whole or not at all; nobody but the node's own user may read it.
  func keep(_ text: String) throws {
    let draft = path + ".new"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw IOFault("open", draft) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try handle.write(contentsOf: Data(text.utf8))
    guard fsync(descriptor) == 0 else { throw IOFault("fsync", draft) }
    guard rename(draft, path) == 0 else { throw IOFault("rename", draft) }
  }

  func remove() { unlink(path) }

  private struct IOFault: Error, CustomStringConvertible {
    let description: String

    init(_ call: String, _ path: String) {
      description = "\(call) \(path): \(String(cString: strerror(errno)))"
    }
  }
}

extension ConfigurationSource {
  /// The configuration that a node begins with: the file's, or, when something is wrong with it
  /// and the last process has not ended on purpose, the one that was applied last.
  ///
  /// - Parameter mayFallBack: false where another process goes on if this one does not start.
  /// - Throws: what is wrong with the file.
  package static func beginning(
    file: String, mayFallBack: Bool
  ) throws(ConfigurationProblems) -> ConfigurationSource {
    do {
      return try ConfigurationSource(file: file)
    } catch {
      guard mayFallBack, let text = try? ConfigurationFile.read(file),
        let store = storePath(in: text, file: file),
        let applied = AppliedConfiguration(store: store).text,
        let source = try? ConfigurationSource(text: applied, file: file),
        source.configuration.store.path == store
      else { throw error }
      return source.replacing(error)
    }
  }

  /// Found in what may not even be YAML: the line that begins with the key.
  static func storePath(in text: String, file: String) -> String? {
    guard
      let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("store:") })
    else { return nil }
    let value = line.dropFirst("store:".count).prefix { $0 != "#" }
      .trimmingCharacters(in: .whitespaces)
    let written = value.trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
    var reading = Reading(file: file)
    let node = Yams.Node(written, .implicit, .doubleQuoted)
    return ValueReader<StoreLocation>.store.read(node, "store", &reading)?.path
  }
}
