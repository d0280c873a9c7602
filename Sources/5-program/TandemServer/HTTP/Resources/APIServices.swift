import NIOPosix
import Storage

/// What the API's operations work with.
struct APIServices: Sendable {
  let node: any NodeControl
  let store: Store
  let running: RunningConfiguration
  /// Reading the call log goes through all of it, so that one at a time is enough.
  let traces = APIBudget(maximum: 1)

  init(node: any NodeControl, running: RunningConfiguration, store: Store) {
    self.node = node
    self.store = store
    self.running = running
  }

  var configuration: Configuration { running.current }
  var provisioning: SubscriberProvisioning { SubscriberProvisioning(configuration, store) }

  /// All that the API has, in the order of its description.
  var resources: [APIResource] {
    [
      nodeResource, subscribers, groups, registrations, subscriberState, calls, callRecords,
    ]
  }

  /// Runs what waits for a disk where it keeps nobody else waiting.
  func waiting<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    do {
      return try await NIOThreadPool.singleton.runIfActive(body)
    } catch let refusal as ProvisioningRefusal {
      throw Problem(refusal)
    } catch let error as StorageError {
      throw Problem(.serviceUnavailable, "\(error)", headers: [.retryAfter: "1"])
    }
  }

  /// A page: one item more is asked for than the page holds, to know whether there is a next one.
  func page<Item>(
    _ items: [Item], of limit: Int, next: (Item) -> String
  ) -> PageDocument<Item> {
    let shown = Array(items.prefix(limit))
    return PageDocument(
      items: shown, next: items.count > limit ? shown.last.map(next) : nil)
  }
}

extension Problem {
  init(_ refusal: ProvisioningRefusal) {
    let detail = "\(refusal)"
    self =
      switch refusal {
      case .invalid(let key, _): .invalid(key, detail)
      case .unknown, .unknownGroup: .notFound(detail)
      case .duplicate, .duplicateGroup: Problem(.conflict, detail, code: "duplicate")
      case .conflict: Problem(.conflict, detail)
      case .configured, .configuredGroup: Problem(.conflict, detail, code: "in-configuration")
      case .numberTaken: Problem(.conflict, detail, code: "number-taken", parameter: "number")
      case .storage: Problem.busy(detail)
      }
  }
}
