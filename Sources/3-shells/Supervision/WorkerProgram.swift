import CLinux
import Glibc

/// The executable that workers are started from.
///
/// It is held by a descriptor, so that a restart runs the very program that ran before, even if
/// another file has its name by now; only an upgrade looks at the name again.
final class WorkerProgram: Sendable {
  private let descriptor: Int32
  /// As it was called, and where that was found.
  private let name: String

  private init(_ descriptor: Int32, _ name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  deinit { close(descriptor) }

  /// The program that this process runs.
  ///
  /// - Parameter name: `argv[0]`.
  static func own(name: String) throws(KeeperFault) -> WorkerProgram {
    try open("/proc/self/exe", name: name)
  }

  /// What now is where this program was started from.
  ///
  /// - Parameter searchPath: of the environment, for a name without a folder.
  func renewed(searchPath: String) throws(KeeperFault) -> WorkerProgram {
    guard !name.contains("/") else { return try Self.open(name, name: name) }
    for folder in searchPath.split(separator: ":") {
      let path = "\(folder)/\(name)"
      if access(path, X_OK) == 0 { return try Self.open(path, name: name) }
    }
    throw .system("open \(name)", ENOENT)
  }

  private static func open(_ path: String, name: String) throws(KeeperFault) -> WorkerProgram {
    // O_PATH, which Swift's Glibc leaves out, would do; a program that may be run may be read.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open \(path)", errno) }
    return WorkerProgram(descriptor, name)
  }

  /// Starts it with one descriptor of ours left open under the same number, all signals at their
  /// defaults and none blocked.
  ///
  /// - Parameter arguments: without the name.
  func start(
    _ arguments: [String], environment: [String: String], passing channel: KeeperChannel
  ) throws(KeeperFault) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The same number twice: only the mark that would close it is taken off.
    posix_spawn_file_actions_adddup2(&actions, channel.descriptor, channel.descriptor)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let words = StringVector([name] + arguments)
    let settings = StringVector(environment.map { "\($0.key)=\($0.value)" })
    // Not everything that a library opens is marked so by itself, and a listening socket that
    // lived on in the child would be taken for good.
    tandem_close_all_on_exec()
    var process = pid_t()
    let code = withExtendedLifetime((words, settings)) {
      posix_spawn(
        &process, "/proc/self/fd/\(descriptor)", &actions, &attributes, words.pointers,
        settings.pointers)
    }
    guard code == 0 else { throw .system("posix_spawn \(name)", code) }
    return process
  }
}

/// Strings as a C program takes them, ended by a null pointer; freed with the last reference.
private final class StringVector {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ strings: [String]) {
    pointers = strings.map { strdup($0) } + [nil]
  }

  deinit {
    for pointer in pointers { free(pointer) }
  }
}
