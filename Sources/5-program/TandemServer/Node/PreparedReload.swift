import Foundation
import Machines
import SIPTransport
import Softswitch

/// Another configuration for a running node, with all that could have failed already done.
struct PreparedReload: Sendable {
  let source: ConfigurationSource
  /// As this process takes it up: what needs another one stays as it is.
  let configuration: Configuration
  let changes: [ConfigurationChange]
  let roster: SubscriberRoster
  /// Of the subscribers in the database.
  let revision: Int64
  let settings: Exchange.Settings
  let services: ServiceBook
  let certificate: NodeCertificate?
  /// Still to be opened.
  let addedListeners: [ListenerConfiguration]
  /// What is odd, and no reason to refuse it.
  let warning: String?

  private static let maximumListeners = 200

  /// May take its time: passwords are hashed, files and the database read.
  ///
  /// - Parameter shown: the certificate that new connections are made with so far.
  /// - Throws: what is wrong with the file, or with what it names.
  init(_ source: ConfigurationSource, for node: Node, showing shown: NodeCertificate?) throws {
    let running = node.running.current
    self.source = source
    configuration = source.configuration.held(by: running)
    // A process never gives a place again, and removed listeners keep theirs.
    guard configuration.sip.listen.count <= Self.maximumListeners else {
      throw TooManyListeners()
    }
    try Self.checkPlaces(source.configuration.sip.listen, beside: running.sip.listen)
    addedListeners = Array(configuration.listeners.dropFirst(running.sip.listen.count))
    let seconds = Int(node.clock.now.wall.nanoseconds / 1_000_000_000)
    try NodeCertificate.check(configuration, at: seconds)
    certificate = try NodeCertificate(configuration, at: seconds)
    services = try ServiceBook(configuration.services)
    roster = try SubscriberRoster(configuration, node.store)
    // Read before the subscribers, so that a change in between is seen later.
    revision = try node.store.subscribersRevision()
    let directory = try roster.directory()
    warning = try Self.dangling(directory, configuration, running)
    settings = Exchange.Settings(
      configuration: ExchangeConfiguration(configuration, services: services),
      directory: directory, registrar: RegistrarPolicy(configuration),
      authentication: AuthenticationPolicy(configuration))
    changes =
      source.configuration.changes(since: running)
      + Self.renewal(from: shown, to: certificate)
  }

  /// The next process numbers its listeners in the file's order, and calls name theirs by number:
  /// one that is put before others would push them from their places.
  private static func checkPlaces(
    _ new: [ListenAddress], beside running: [ListenAddress]
  ) throws {
    guard let last = new.lastIndex(where: running.contains),
      let early = new[..<last].first(where: { !running.contains($0) })
    else { return }
    throw MisplacedListener(listener: early)
  }

  /// Calls that would be sent to nobody: a mistake of the file's where the database is not at fault
  /// as well, for there is no line to correct for somebody who was removed.
  private static func dangling(
    _ directory: SubscriberDirectory, _ new: Configuration, _ running: Configuration
  ) throws -> String? {
    do {
      try directory.expectNoDanglingTargets(new)
      return nil
    } catch {
      guard new.domains == running.domains, new.groups == running.groups else { throw error }
      return "\(error)"
    }
  }

  /// Another certificate under the same name is a change too.
  private static func renewal(
    from old: NodeCertificate?, to new: NodeCertificate?
  ) -> [ConfigurationChange] {
    guard let old, let new, old.identity.fingerprint != new.identity.fingerprint else { return [] }
    return [
      ConfigurationChange(
        path: "the certificate shown over TLS", old: "sha256 \(old.identity.fingerprint)",
        new: "sha256 \(new.identity.fingerprint)", needs: .now)
    ]
  }
}

/// One process opens so many and no more.
private struct TooManyListeners: Error, CustomStringConvertible {
  var description: String {
    "sip.listen: too many listeners have come and gone; tandem upgrade closes those that are gone"
  }
}

/// A new listener stands before old ones.
private struct MisplacedListener: Error, CustomStringConvertible {
  let listener: ListenAddress

  var description: String {
    "sip.listen: put \(listener) after the listeners that there are: calls know them by their place"
  }
}
