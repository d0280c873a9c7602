/// The state that a NOTIFY tells, before it is written down: to be compared with the last one.
enum StateContent: Equatable {
  case presence(PresenceState)
  case dialogs([DialogSummary])
  case registration(RegistrationState)

  /// - Parameter version: of the document, for the packages that have one.
  func document(of resource: AddressOfRecord, version: UInt32) -> [UInt8] {
    let text =
      switch self {
      case .presence(let state): presenceDocument(state, of: resource)
      case .dialogs(let dialogs): dialogDocument(dialogs, of: resource, version: version)
      case .registration(let state): registrationDocument(state, of: resource, version: version)
      }
    return Array(text.utf8)
  }
}
