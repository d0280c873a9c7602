import Addressing
import Glibc
import MediaControl
import MediaPlane
import SIPTransport
import Supervision

/// What an earlier process of this node left with the keeper, by what it is for.
struct KeptSockets: Sendable {
  /// By `ListenerConfiguration.description`.
  private(set) var listeners: [String: [CInt]] = [:]
  private(set) var media: [PortPair: AdoptedSockets] = [:]
  /// Only after an upgrade.
  private(set) var connections: [HandedConnection] = []
  /// Names that are of no use any more.
  private(set) var obsolete: [String] = []

  init() {}

  /// Sorts what was kept; what the configuration has no use for is closed.
  init(_ kept: [KeptDescriptors], _ configuration: Configuration) {
    let listeners = Set(configuration.listeners.map(\.description))
    for item in kept {
      if let name = item.name.suffix(after: SocketName.listener), listeners.contains(name) {
        self.listeners[name] = item.descriptors
      } else if let pair = configuration.media.pair(named: item.name), item.descriptors.count == 2 {
        media[pair] = AdoptedSockets(rtp: item.descriptors[0], rtcp: item.descriptors[1])
      } else {
        obsolete.append(item.name)
        take(connection: item)
      }
    }
  }

  private mutating func take(connection item: KeptDescriptors) {
    if item.name.hasPrefix(SocketName.connection), item.descriptors.count == 1,
      let connection = HandedConnection(
        payload: item.payload, descriptor: item.descriptors[0])
    {
      connections.append(connection)
    } else {
      for descriptor in item.descriptors { close(descriptor) }
    }
  }
}

/// What the sockets of a node are called at its keeper.
enum SocketName {
  static let listener = "listener "
  static let connection = "connection "

  static func media(_ media: Configuration.Media, _ pair: PortPair) -> String {
    "media \(media.socketName) \(pair.rtp)"
  }
}

extension Configuration.Media {
  /// Those for both families are not those for IPv6 alone.
  fileprivate var socketName: String { address6 == nil ? "\(address)" : "dual" }

  fileprivate func pair(named name: String) -> PortPair? {
    guard let port = name.suffix(after: "media \(socketName) ").flatMap({ UInt16($0) }),
      port % 2 == 0, ports.contains(port), port < .max, ports.contains(port + 1)
    else { return nil }
    return PortPair(rtp: port)
  }
}

extension String {
  fileprivate func suffix(after prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
