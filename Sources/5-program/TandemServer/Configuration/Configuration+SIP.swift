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
    package var tls = TLS()
  }

  /// What is shown to others over TLS, and asked of them.
  package struct TLS: Equatable, Sendable {
    /// Absolute; nil: one of the node's own making.
    package var certificate: String?
    /// Absolute; nil: in the file of the certificate.
    package var key: String?
    /// Absolute; nil: those of the system.
    package var authorities: String?
    package var verifyServers = true
    package var requireClientCertificate = false
    package var minimumVersion = Version.v1_2

    package enum Version: String, CaseIterable, Sendable {
      case v1_2 = "1.2"
      case v1_3 = "1.3"
    }
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
    package var replace = Replacement.instance
    package var path = PathRule.supported
    /// Zero: none is sent.
    package var flowTimer = Duration.seconds(120)

    /// Which bindings a new one takes the place of.
    package enum Replacement: String, CaseIterable, Sendable {
      case instance, contact
    }

    /// Whose Path is taken (RFC 3327 §5.3).
    package enum PathRule: String, CaseIterable, Sendable {
      case supported, always, never
    }
  }
}

/// Where the node takes SIP, and what it calls that place in its messages.
package struct ListenAddress: Equatable, Sendable {
  package var transport: Transport
  package var bound: IPEndpoint
  /// What goes into Contact and Via instead, where a cloud's public address is never bound.
  package var advertised: IPEndpoint?

  package enum Transport: String, CaseIterable, Sendable {
    case udp, tcp, tls

    /// What it takes of the system: two listeners of one kind cannot share a port.
    var socket: Socket { self == .udp ? .datagram : .stream }

    enum Socket: Hashable {
      case datagram, stream
    }
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
