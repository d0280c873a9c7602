import Logging
import Synchronization

/// The configured log level, which may change while the program runs.
enum RunningLogLevel {
  private static let level = Mutex(Logger.Level.info)

  static var current: Logger.Level {
    get { level.withLock { $0 } }
    set { level.withLock { $0 = newValue } }
  }
}

/// Writes what the running level lets through, and of that what its own logger wants.
struct LeveledLogHandler: LogHandler {
  private var writer: any LogHandler
  /// Set by a logger that is to be quieter than the others.
  private var own = Logger.Level.trace

  init(_ writer: any LogHandler) {
    self.writer = writer
    self.writer.logLevel = .trace
  }

  var logLevel: Logger.Level {
    get { max(own, RunningLogLevel.current) }
    set { own = newValue }
  }

  var metadata: Logger.Metadata {
    get { writer.metadata }
    set { writer.metadata = newValue }
  }

  var metadataProvider: Logger.MetadataProvider? {
    get { writer.metadataProvider }
    set { writer.metadataProvider = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { writer[metadataKey: key] }
    set { writer[metadataKey: key] = newValue }
  }

  func log(event: LogEvent) { writer.log(event: event) }
}
