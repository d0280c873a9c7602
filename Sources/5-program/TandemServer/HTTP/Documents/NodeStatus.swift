/// A node's state as `/api/v1/status` and `tandem status --json` give it.
package struct NodeStatus: Codable, Equatable, Sendable {
  package var node: String
  package var region: String
  package var zone: String
  package var version: String
  /// ISO 8601, UTC.
  package var started: String
  package var listeners: [String]
  package var calls: Int
  package var registrations: Int
  package var subscribers: Int
  /// SIP servers that are avoided since they failed.
  package var failingServers: Int
  package var mediaPorts: MediaPorts
  package var process: Int32
  /// Who holds its sockets; nil for a process that runs alone.
  package var keeper: Int32?
  package var isDraining: Bool
  /// What calls outlive: `process` or `machine`. While the log's disk fails they outlive nothing.
  package var durability: String
  package var callLog: CallLog
  /// Call records that could not be written yet and are tried again.
  package var unwrittenRecords: Int

  package struct CallLog: Codable, Equatable, Sendable {
    package var directory: String
    package var isFailing: Bool
    /// What is wrong with it, if anything.
    package var fault: String?
    package var segments: Int
    package var bytes: Int
    /// Calls that this process took up from it.
    package var recoveredCalls: Int
  }

  package struct MediaPorts: Codable, Equatable, Sendable {
    package var inUse: Int
    package var ready: Int
    package var quarantined: Int
    package var unbound: Int
  }
}
