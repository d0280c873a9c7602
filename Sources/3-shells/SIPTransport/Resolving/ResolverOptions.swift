import Addressing

/// How names are looked up.
package struct ResolverOptions: Equatable, Sendable {
  /// The servers that are asked; none: those of the system (`/etc/resolv.conf`).
  package var servers: [IPEndpoint] = []
  /// The wait for a first answer; each further try waits twice as long as the one before.
  package var timeout = Duration.seconds(1)
  package var tries = 2
  /// Answers that are kept.
  package var cacheEntries = 10_000

  package init() {}

  /// When every server has been asked as often as it is, all is over: the same for the whole of a
  /// location, so that a silent DNS costs a call no more than one question to it.
  var patience: Duration {
    let servers = max(1, min(self.servers.count, 3))
    return timeout * (1 << min(tries, 8)) * servers
  }
}
