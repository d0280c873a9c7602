import Softswitch
import Storage

/// Says of those whom settings and groups name whether there is anybody: a target that leads
/// nowhere is told now, and not by the first caller who gets lost.
struct DialTargetCheck {
  let configuration: Configuration
  let store: Store

  /// - Parameter domain: where a name without one belongs.
  /// - Throws: `.invalid` under the key of the first that is wrong.
  func check(
    _ targets: [(key: String, target: String)], in domain: String
  ) throws(ProvisioningRefusal) {
    // Reading everybody costs something; most changes name nobody.
    guard !targets.isEmpty else { return }
    for (key, target) in targets where !isDialTarget(target) {
      throw .invalid(
        key, "\"\(target.prefix(256))\" is nobody to call: write a user, a number or none")
    }
    let directory: SubscriberDirectory
    do {
      directory = try Node.directory(configuration, store)
    } catch let error as StorageError {
      throw ProvisioningRefusal(error)
    } catch {
      throw .conflict("\(error)")
    }
    let services = configuration.services.numbers.map(\.number)
    for (key, target) in targets
    where !directory.leadsSomewhere(target, in: domain, services: services) {
      throw .invalid(
        key,
        "\(target) leads nowhere: there is no such subscriber, group or service in the node's "
          + "domains")
    }
  }
}
