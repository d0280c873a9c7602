import Addressing
import SIP
import Synchronization

/// Which connections the node has, on whichever loop they live.
///
/// Loops ask here when a connection opens or closes, and when a message names none. A message on
/// a known connection needs no look at it, so its lock is not on the path of each packet.
final class ConnectionDirectory: Sendable {
  /// What a connection leads from and to: it is reused for another message between the same two
  /// (RFC 3261 §18.1.1).
  struct Route: Hashable {
    var listener: ListenerID
    var remote: IPEndpoint
    /// What the peer has proved to be, beside the address.
    var serverName: String?

    init(_ flow: Flow, _ serverName: String? = nil) {
      listener = flow.listener
      remote = flow.remote
      self.serverName = serverName
    }
  }

  enum Claim: Equatable {
    case existing(ConnectionID)
    /// The caller opens it.
    case new(ConnectionID)
  }

  private struct State {
    var connections: [Route: ConnectionID] = [:]
    var accepted: [IPAddress: Int] = [:]
    var count = 0
    var serial: UInt64

    mutating func add(_ route: Route, on loop: Int) -> ConnectionID {
      serial &+= 1
      count += 1
      let connection = ConnectionID(serial: serial, loop: loop)
      connections[route] = connection
      return connection
    }
  }

  private let limits: TransportLimits
  private let state: Mutex<State>

  /// - Parameter nanoseconds: since 1970, at the start of the process: numbers go on from there,
  ///   and so above every number that an earlier process gave. Flows are kept on record, and one
  ///   that was kept must not name a stranger's connection later. A step of 32 ns for each
  ///   connection fits into the 56 bits until the year 2043.
  init(_ limits: TransportLimits, numberedFrom nanoseconds: UInt64) {
    self.limits = limits
    state = Mutex(State(serial: nanoseconds >> 5))
  }

  var count: Int { state.withLock { $0.count } }

  /// A number for a connection that a peer opened, or why it must go.
  func admit(_ route: Route, on loop: Int) -> Result<ConnectionID, Refusal> {
    state.withLock { state in
      guard state.count < limits.connections else { return .failure(.init(.connectionLimit)) }
      let source = route.remote.address
      let fromSource = state.accepted[source, default: 0]
      guard fromSource < limits.connectionsPerSource else {
        return .failure(.init(.connectionLimitPerSource))
      }
      state.accepted[source] = fromSource + 1
      return .success(state.add(route, on: loop))
    }
  }

  /// The connection for a message that names none, or nil if there are too many to open one.
  func claim(_ route: Route, on loop: Int) -> Claim? {
    state.withLock { state -> Claim? in
      if let connection = state.connections[route] { return .existing(connection) }
      guard state.count < limits.connections else { return nil }
      return .new(state.add(route, on: loop))
    }
  }

  /// A connection that another process had, under its number; false if there is no room for it.
  func adopt(_ connection: ConnectionID, _ route: Route, wasAccepted: Bool) -> Bool {
    state.withLock { state in
      guard state.count < limits.connections else { return false }
      state.count += 1
      state.serial = max(state.serial, connection.serial)
      if state.connections[route] == nil { state.connections[route] = connection }
      if wasAccepted { state.accepted[route.remote.address, default: 0] += 1 }
      return true
    }
  }

  /// Nothing new is to be sent on the connection: its peer has stopped sending.
  func retire(_ connection: ConnectionID, _ route: Route) {
    state.withLock { state in
      if state.connections[route] == connection { state.connections[route] = nil }
    }
  }

  func remove(_ connection: ConnectionID, _ route: Route, wasAccepted: Bool) {
    state.withLock { state in
      if state.connections[route] == connection { state.connections[route] = nil }
      state.count -= 1
      guard wasAccepted, let fromSource = state.accepted[route.remote.address] else { return }
      state.accepted[route.remote.address] = fromSource > 1 ? fromSource - 1 : nil
    }
  }

  struct Refusal: Error {
    var reason: DropReason

    init(_ reason: DropReason) {
      self.reason = reason
    }
  }
}

extension ConnectionID {
  /// The most loops that the number tells apart.
  static let loops = 256

  init(serial: UInt64, loop: Int) {
    self.init(serial << 8 | UInt64(loop))
  }

  /// The loop on which the connection lives, so that a message finds it without a table.
  var loop: Int { Int(number & 0xFF) }

  var serial: UInt64 { number >> 8 }
}
