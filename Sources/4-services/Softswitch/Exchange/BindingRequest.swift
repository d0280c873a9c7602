import CallControl
import Machines
import SIP

/// Somebody wants the bindings of an address changed.
enum BindingRequest {
  case registration(AdmittedRegistration)
  case removal(BindingRemoval)

  var address: AddressOfRecord {
    switch self {
    case .registration(let registration): registration.address
    case .removal(let removal): removal.address
    }
  }
}

/// A REGISTER from somebody who may change the bindings of the address.
struct AdmittedRegistration {
  let address: AddressOfRecord
  let request: SIPMessage
  let name: RegisterName?
  let flow: Flow
  let isRetransmission: Bool
}

/// An operator takes bindings away; the phone may come back with its next REGISTER.
struct BindingRemoval {
  let address: AddressOfRecord
  /// Nil: all of them.
  let contact: String?
  let completion: (BindingRemovalOutcome) -> Void
}

/// What came of an operator's removal of bindings.
package enum BindingRemovalOutcome: Equatable, Sendable {
  /// So many, on record and in effect.
  case removed(Int)
  /// The record could not be changed, and nothing has been.
  case notRecorded
  /// Too many changes of this address wait already.
  case busy
}

/// Changes that are on their way to the record, with whoever waits for them: a binding is on
/// record before its 200.
struct HeldBindingChange {
  enum Waiting {
    case registration(AdmittedRegistration, RegisterAnswer)
    case removal(BindingRemoval)
  }

  let waiting: Waiting
  let events: [BindingEvent]

  var address: AddressOfRecord {
    switch waiting {
    case .registration(let registration, _): registration.address
    case .removal(let removal): removal.address
    }
  }
}

/// What a REGISTER and its retransmissions have in common.
struct RegisterName: Hashable {
  let callID: String
  let cSeq: UInt32

  init?(_ request: SIPMessage) {
    guard let callID = request.callID, let cSeq = request.cSeq else { return nil }
    self.callID = callID
    self.cSeq = cSeq.number
  }
}
