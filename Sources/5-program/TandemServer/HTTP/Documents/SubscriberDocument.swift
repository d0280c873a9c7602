import Machines
import Softswitch
import Storage

/// A subscriber as the API and the command line show it; without the password, in any form.
package struct SubscriberDocument: Codable, Equatable, Sendable {
  /// `user@domain`.
  package var id: String
  package var user: String
  package var domain: String
  /// An E.164 number that also reaches the subscriber.
  package var number: String?
  /// Where it is kept: `configuration`, which only a person changes, or `database`.
  package var origin: String
  /// The digest algorithms that there is a hash for.
  package var algorithms: [String]
  package var forward: ForwardingDocument
  package var doNotDisturb: Bool
  /// Calls at a time; nil without a limit.
  package var maximumCalls: Int?
  /// Dial rules; nil: those of the domain.
  package var mayCall: [String]?
  /// ISO 8601, UTC; unknown of those in the file.
  package var created: String?

  init(_ record: SubscriberRecord) {
    id = "\(record.user)@\(record.domain)"
    user = record.user
    domain = record.domain
    number = record.number
    origin = Subscriber.Origin.database.rawValue
    let hashes = record.hashes
    algorithms = Self.algorithms(hashes.md5 != nil, hashes.sha256 != nil, hashes.sha512_256 != nil)
    let settings = SubscriberSettings(record.settings)
    forward = ForwardingDocument(settings.forward)
    doNotDisturb = settings.doNotDisturb
    maximumCalls = settings.maximumCalls
    mayCall = settings.mayCall?.map(\.text)
    created = WallTime(nanoseconds: record.created).description
  }

  init(_ subscriber: Configuration.Subscriber, domain: String) {
    id = "\(subscriber.user)@\(domain)"
    user = subscriber.user
    self.domain = domain
    number = subscriber.number
    origin = Subscriber.Origin.configuration.rawValue
    switch subscriber.credential {
    case .password: algorithms = Self.algorithms(true, true, true)
    case .hashes(let hashes):
      algorithms = Self.algorithms(
        hashes.md5 != nil, hashes.sha256 != nil, hashes.sha512_256 != nil)
    }
    forward = ForwardingDocument(subscriber.settings.forward)
    doNotDisturb = subscriber.settings.doNotDisturb
    maximumCalls = subscriber.settings.maximumCalls
    mayCall = subscriber.settings.mayCall?.map(\.text)
  }

  var address: AddressOfRecord { AddressOfRecord(user: user, domain: domain) }

  private static func algorithms(_ md5: Bool, _ sha256: Bool, _ sha512_256: Bool) -> [String] {
    [(md5, "MD5"), (sha256, "SHA-256"), (sha512_256, "SHA-512-256")].filter(\.0).map(\.1)
  }
}
