import Softswitch
import Storage

/// Why a subscriber was not changed.
package enum ProvisioningRefusal: Error, Equatable {
  /// What was given under this key is not as it should be.
  case invalid(_ key: String, _ detail: String)
  case unknown(AddressOfRecord)
  case duplicate(AddressOfRecord)
  /// It stands in the configuration file, which the program does not write.
  case configured(AddressOfRecord)
  case numberTaken(String)
  case unknownGroup(AddressOfRecord)
  case duplicateGroup(AddressOfRecord)
  case configuredGroup(AddressOfRecord)
  /// Another has the name, or what is in the file and in the database does not go together.
  case conflict(String)
  /// The database could not do it at this moment.
  case storage(StorageError)

  init(_ error: StorageError) {
    switch error {
    case .duplicateSubscriber(let user, let domain):
      self = .duplicate(AddressOfRecord(user: user, domain: domain))
    case .unknownSubscriber(let user, let domain):
      self = .unknown(AddressOfRecord(user: user, domain: domain))
    case .numberTaken, .nameTaken: self = .numberTaken("\(error)")
    case .duplicateGroup(let name, let domain):
      self = .duplicateGroup(AddressOfRecord(user: name, domain: domain))
    case .unknownGroup(let name, let domain):
      self = .unknownGroup(AddressOfRecord(user: name, domain: domain))
    default: self = .storage(error)
    }
  }
}

extension ProvisioningRefusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .invalid(_, let detail): detail
    case .unknown(let address): "there is no subscriber \(address) in the database"
    case .duplicate(let address): "\(address) exists already"
    case .configured(let address):
      "\(address) stands in the configuration file; a subscriber may stand there or in the "
        + "database, not in both. Change it in the file"
    case .numberTaken(let detail), .conflict(let detail): detail
    case .unknownGroup(let address): "there is no group \(address) in the database"
    case .duplicateGroup(let address): "the group \(address) exists already"
    case .configuredGroup(let address):
      "the group \(address) stands in the configuration file; change it there"
    case .storage(let error): "\(error)"
    }
  }
}
