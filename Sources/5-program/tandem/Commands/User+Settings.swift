import ArgumentParser
import Softswitch
import Storage
import TandemServer

extension User {
  /// `tandem user set`: only what is named changes.
  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change where a subscriber's calls go, and what it may call.",
      discussion: """
        Only what is named changes, at once for a node that runs. A target is a user, a group, \
        a number, user@domain or a sip: URI of the node's domains; "none" takes a setting back.
        """)

    @OptionGroup var node: NodeOptions
    @Argument(help: "user@domain, or user for the node's first domain.", completion: .subscriber)
    var subscriber: String
    @Option(help: "Send all calls there.")
    var forwardAlways: String?
    @Option(help: "Send calls there that the phones refuse.")
    var forwardBusy: String?
    @Option(help: "Send calls there that nobody answers.")
    var forwardNoAnswer: String?
    @Option(help: "Seconds of ringing before that, 1 to 600.")
    var after: Int?
    @Option(help: "Send calls there when no phone is registered.")
    var forwardUnregistered: String?
    @Option(help: "Leave the phones in peace: on or off.")
    var dnd: String?
    @Option(help: "Calls at a time, in both directions.")
    var maximumCalls: String?
    @Option(
      help: """
        Whom it may call, separated by commas: internal, services, prefixes, and ! before those \
        that are denied.
        """)
    var mayCall: String?

    func run() async throws {
      let (configuration, store) = try node.openStore()
      defer { store.close() }
      let address = try configuration.changeable(subscriber, store)
      let change = try change()
      try refusing {
        _ = try SubscriberProvisioning(configuration, store).change(address, settings: change)
      }
      await tellNode(configuration)
    }

    private func change() throws -> SettingsChange {
      var change = SettingsChange()
      change.forwardAlways = taken(forwardAlways)
      change.forwardBusy = taken(forwardBusy)
      change.forwardNoAnswer = taken(forwardNoAnswer)
      change.forwardUnregistered = taken(forwardUnregistered)
      change.noAnswerAfter = after.map { .some(.seconds($0)) }
      switch dnd {
      case "on"?: change.doNotDisturb = true
      case "off"?: change.doNotDisturb = false
      case nil: break
      case let other?: throw Refusal("--dnd is on or off, not \"\(other)\"")
      }
      if let maximumCalls = taken(maximumCalls) {
        change.maximumCalls = try maximumCalls.map { text in
          guard let number = Int(text) else {
            throw Refusal("--maximum-calls is a number from 1 to 10000, or none")
          }
          return number
        }
      }
      if let mayCall = taken(mayCall) {
        change.mayCall = .some(mayCall?.split(separator: ",").map(String.init))
      }
      return change
    }

    /// `none` takes a setting back; without the option it stays.
    private func taken(_ written: String?) -> String?? {
      written.map { $0 == "none" ? nil : $0 }
    }
  }

  /// `tandem user show`: a subscriber with its settings.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a subscriber's settings, as JSON.")

    @OptionGroup var node: NodeOptions
    @Argument(help: "user@domain, or user for the node's first domain.", completion: .subscriber)
    var subscriber: String

    func run() async throws {
      let (configuration, store) = try node.openStore()
      defer { store.close() }
      let provisioning = SubscriberProvisioning(configuration, store)
      try refusing { try printJSON(provisioning.find(try provisioning.address(subscriber))) }
    }
  }
}
