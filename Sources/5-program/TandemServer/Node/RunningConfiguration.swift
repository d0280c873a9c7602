import Synchronization

/// What a node goes by at the moment, for whoever asks on whatever thread.
package final class RunningConfiguration: Sendable {
  private let configuration: Mutex<Configuration>

  package init(_ configuration: Configuration) {
    self.configuration = Mutex(configuration)
  }

  package var current: Configuration { configuration.withLock { $0 } }

  func replace(by new: Configuration) { configuration.withLock { $0 = new } }
}
