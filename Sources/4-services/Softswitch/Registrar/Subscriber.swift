/// Somebody who may register and call.
package struct Subscriber: Equatable, Sendable {
  /// Where a subscriber was written down.
  package enum Origin: String, Sendable {
    case configuration, database
  }

  package var address: AddressOfRecord
  /// The number that also reaches the subscriber: `+15550002` for E.164, else as dialled.
  package var number: String?
  package var hashes: CredentialHashes
  package var settings: SubscriberSettings
  package var origin: Origin

  package init(
    address: AddressOfRecord, number: String? = nil, hashes: CredentialHashes,
    settings: SubscriberSettings = SubscriberSettings(), origin: Origin
  ) {
    self.address = address
    self.number = number
    self.hashes = hashes
    self.settings = settings
    self.origin = origin
  }
}
