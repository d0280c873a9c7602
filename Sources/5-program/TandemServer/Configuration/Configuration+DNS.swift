import Addressing

extension Configuration {
  /// How the names in URIs are looked up.
  package struct DNS: Equatable, Sendable {
    /// None: those of the system.
    package var servers: [IPEndpoint] = []
    package var timeout = Duration.seconds(1)
    package var tries = 2
    /// How long a SIP server may be silent while there is another one to ask.
    package var patience = Duration.seconds(4)
    /// How long a SIP server that failed is avoided at first; doubled with each further failure.
    package var pause = Duration.seconds(10)
    package var cacheEntries = 10_000
  }
}
