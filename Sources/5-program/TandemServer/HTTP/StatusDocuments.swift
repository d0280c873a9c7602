import CallControl
import Machines
import Softswitch

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

/// One live call as `/api/v1/calls` and `tandem calls --json` give it.
package struct CallSummary: Codable, Equatable, Sendable {
  package var id: String
  package var callID: String
  /// routing, dialling, talking or releasing.
  package var state: String
  package var caller: String
  package var dialled: String
  package var answeredBy: String?
  /// ISO 8601, UTC.
  package var setup: String
  package var answer: String?
  package var codec: String?
  package var anchored: Bool
  package var legs: [Leg]

  package struct Leg: Codable, Equatable, Sendable {
    package var party: String
    package var state: String
    package var remote: String
    package var ports: [UInt16]
  }
}

extension CallSummary {
  init(_ call: Call) {
    id = call.id.description
    callID = call.opening.caller.dialog.callID
    state =
      switch call.stage {
      case .routing: "routing"
      case .dialling: "dialling"
      case .talking: "talking"
      case .releasing: "releasing"
      }
    caller = call.caller.party
    dialled = call.opening.dialled
    switch call.answerer {
    case .leg(let leg)?: answeredBy = call[leg].party
    case .echo?: answeredBy = "echo"
    case nil: answeredBy = nil
    }
    setup = call.opening.time.description
    answer = call.answeredAt?.wall.description
    codec = call.codec
    anchored = call.isAnchored
    legs = call.legs.map(Leg.init)
  }
}

extension CallSummary.Leg {
  init(_ leg: CallControl.Leg) {
    party = leg.party
    state =
      switch leg.stage {
      case .inviting: "inviting"
      case .ringing: "ringing"
      case .answered: "answered"
      case .confirmed: "confirmed"
      case .cancelling: "cancelling"
      case .hangingUp: "hanging up"
      case .ended: "ended"
      }
    remote = "\(leg.flow.transport.rawValue):\(leg.flow.remote)"
    ports = leg.ports.map(\.rtp)
  }
}
