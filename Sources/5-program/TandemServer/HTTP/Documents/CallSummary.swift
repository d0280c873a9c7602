import CallControl
import Machines

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
      case .routing, .rerouting: "routing"
      case .dialling: "dialling"
      case .talking: "talking"
      case .releasing: "releasing"
      }
    caller = call.caller.party
    dialled = call.opening.dialled
    switch call.answerer {
    case .leg(let leg)?: answeredBy = call[leg].party
    case .echo?: answeredBy = "echo"
    case .service(let name)?: answeredBy = name
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
