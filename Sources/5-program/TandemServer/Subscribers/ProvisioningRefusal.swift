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
  /// The database could not do it at this moment.
  case storage(StorageError)

  init(_ error: StorageError) {
    switch error {
    case .duplicateSubscriber(let user, let domain):
      self = .duplicate(AddressOfRecord(user: user, domain: domain))
    case .unknownSubscriber(let user, let domain):
      self = .unknown(AddressOfRecord(user: user, domain: domain))
    case .numberTaken, .nameTaken: self = .numberTaken("\(error)")
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
    case .numberTaken(let detail): detail
    case .storage(let error): "\(error)"
    }
  }
}
