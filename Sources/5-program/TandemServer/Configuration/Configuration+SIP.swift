import Addressing

extension Configuration {
  package struct SIP: Equatable, Sendable {
    /// At least one.
    package var listen: [ListenAddress] = []
    /// Sources that call without authentication.
    package var trusted: [IPNetwork] = []
    /// What the node challenges with, the most preferred first.
    package var digest: [DigestHash] = [.md5]
    package var timers = Timers()
    /// How long a phone may ring.
    package var ringTimeout = Duration.seconds(180)
    /// How long a call may last.
    package var longestCall = Duration.seconds(86_400)
    package var sessionTimer = SessionTimer()
    package var userAgent = "Tandem"
  }

  /// A hash algorithm of digest authentication (RFC 8760).
  package enum DigestHash: String, CaseIterable, Sendable {
    case sha512_256 = "SHA-512-256"
    case sha256 = "SHA-256"
    case md5 = "MD5"
  }

  /// The base values of RFC 3261 §17.1.1.1 and §17.1.2.2, from which all other timers follow.
  package struct Timers: Equatable, Sendable {
    package var t1 = Duration.milliseconds(500)
    package var t2 = Duration.seconds(4)
    package var t4 = Duration.seconds(5)
  }

  /// How long a session lasts without a refresh (RFC 4028).
  package struct SessionTimer: Equatable, Sendable {
    /// What the node asks for; zero for no session timers.
    package var expires = Duration.seconds(1800)
    /// The shortest that it takes.
    package var minimum = Duration.seconds(90)
  }

  /// How long registrations last (RFC 3261 §10.3).
  package struct Registrar: Equatable, Sendable {
    package var minimumExpires = Duration.seconds(60)
    package var maximumExpires = Duration.seconds(3600)
    package var defaultExpires = Duration.seconds(3600)
    /// Contacts of one subscriber.
    package var maximumBindings = 10
  }
}

/// Where the node takes SIP, and what it calls that place in its messages.
package struct ListenAddress: Equatable, Sendable {
  package var transport: Transport
  package var bound: IPEndpoint
  /// What goes into Contact and Via instead, where a cloud's public address is never bound.
  package var advertised: IPEndpoint?

  package enum Transport: String, CaseIterable, Sendable {
    case udp, tcp
  }

  package init(transport: Transport, bound: IPEndpoint, advertised: IPEndpoint? = nil) {
    self.transport = transport
    self.bound = bound
    self.advertised = advertised
  }
}

extension ListenAddress: CustomStringConvertible {
  /// The short form of the configuration: `udp:10.0.0.5:5060/203.0.113.9:5060`.
  package var description: String {
    "\(transport.rawValue):\(bound)" + (advertised.map { "/\($0)" } ?? "")
  }
}
