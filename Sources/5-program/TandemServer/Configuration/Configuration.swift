import Addressing

/// What the configuration file says, checked: addresses are addresses, and no two parts of it
/// contradict each other. `docs/configuration.md` describes every key.
///
/// The initial values of the properties are the keys' defaults; those of required keys are
/// placeholders that never leave the reader.
package struct Configuration: Equatable, Sendable {
  package var node = Node()
  package var store = StoreLocation.sqlite(path: "")
  package var sip = SIP()
  package var media = Media()
  /// Nil: no HTTP.
  package var http: HTTP?
  package var registrar = Registrar()
  package var limits = Limits()
  package var services = Services()
  package var dns = DNS()
  package var callLog = CallLog()
  package var security = Security()
  package var log = Log()
  /// At least one; the first is the one that the node's own addresses stand for.
  package var domains: [Domain] = []
  package var groups: [Group] = []
  package var routing = Routing()

  /// Who this node is among others.
  package struct Node: Equatable, Sendable {
    package var name = "tandem"
    package var region = "local"
    package var zone = "a"
  }

  package struct HTTP: Equatable, Sendable {
    package var listen = IPEndpoint(.anyIPv4, 0)
    /// What lets other machines use the API; nil: none may. One of the two at most.
    package var adminToken: Secret?
    package var adminTokenFile: Secret?

    package var token: Secret? { adminToken ?? adminTokenFile }
  }

  /// What strangers can make the node keep, and how much of it.
  package struct Limits: Equatable, Sendable {
    package var calls = 10_000
    package var registrations = 200_000
    package var connections = 10_000
    package var messageBytes = 65_535
    package var pendingWrites = 10_000
    package var nonces = 100_000
  }

  package struct Log: Equatable, Sendable {
    package var level = Level.info
    package var format = Format.text

    /// How a line is written.
    package enum Format: String, CaseIterable, Sendable {
      case text, json
    }

    /// The levels of swift-log.
    package enum Level: String, CaseIterable, Sendable {
      case trace, debug, info, notice, warning, error, critical
    }
  }
}

/// Where a node keeps what it must not forget.
package enum StoreLocation: Equatable, Sendable {
  /// An absolute path.
  case sqlite(path: String)

  package var path: String {
    switch self {
    case .sqlite(let path): path
    }
  }
}
