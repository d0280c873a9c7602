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
      try refusing {
        let record = try store.settings(user: address.user, domain: address.domain)
        var settings = SubscriberSettings(record)
        try change(&settings)
        try refuseDanglingTargets(of: settings, address, configuration, store)
        try store.setSettings(
          SettingsRecord(settings), user: address.user, domain: address.domain)
      }
      await tellNode(configuration)
    }

    private func change(_ settings: inout SubscriberSettings) throws {
      try set(&settings.forward.always, forwardAlways)
      try set(&settings.forward.busy, forwardBusy)
      try set(&settings.forward.unregistered, forwardUnregistered)
      var noAnswer = settings.forward.noAnswer?.to
      try set(&noAnswer, forwardNoAnswer)
      let seconds = settings.forward.noAnswer?.after
      settings.forward.noAnswer = noAnswer.map { .init(to: $0, after: seconds) }
      if let after {
        guard 1...600 ~= after else { throw Refusal("--after is from 1 to 600 seconds") }
        guard settings.forward.noAnswer != nil else {
          throw Refusal("--after needs --forward-no-answer")
        }
        settings.forward.noAnswer?.after = .seconds(after)
      }
      switch dnd {
      case "on"?: settings.doNotDisturb = true
      case "off"?: settings.doNotDisturb = false
      case nil: break
      case let other?: throw Refusal("--dnd is on or off, not \"\(other)\"")
      }
      if let maximumCalls {
        let number = Int(maximumCalls)
        guard maximumCalls == "none" || 1...10_000 ~= number ?? 0 else {
          throw Refusal("--maximum-calls is a number from 1 to 10000, or none")
        }
        settings.maximumCalls = number
      }
      if let mayCall { settings.mayCall = try rules(mayCall) }
    }

    private func set(_ target: inout String?, _ written: String?) throws {
      guard let written else { return }
      guard isDialTarget(written) else {
        throw Refusal("\"\(written)\" is nobody to call: write a user, a number or none")
      }
      target = written == "none" ? nil : written
    }

    private func rules(_ text: String) throws -> [DialRule]? {
      if text == "none" { return nil }
      let words = text.split(separator: ",").map(String.init)
      guard words.count <= DialRule.maximumRules else {
        throw Refusal("there may be \(DialRule.maximumRules) dial rules at most")
      }
      return try words.map { word in
        guard let rule = DialRule(word) else {
          throw Refusal("\"\(word)\" is no dial rule: write internal, services, +49 or !+49900")
        }
        return rule
      }
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
      let address = try SubscriberProvisioning(configuration, store).address(subscriber)
      let written = configuration.domains.first { $0.name == address.domain }?
        .subscribers.first { $0.user == address.user }
      if let written { return try printJSON(SettingsDocument(written.settings)) }
      try refusing {
        let record = try store.settings(user: address.user, domain: address.domain)
        try printJSON(SettingsDocument(SubscriberSettings(record)))
      }
    }
  }
}

/// Settings as the command line prints them, with the names of the configuration file.
struct SettingsDocument: Encodable {
  struct Forward: Encodable {
    let always, busy, unregistered: String?
    let noAnswer: NoAnswer?
  }

  struct NoAnswer: Encodable {
    let to: String
    let after: String?
  }

  let forward: Forward
  let doNotDisturb: Bool
  let maximumCalls: Int?
  let mayCall: [String]?

  init(_ settings: SubscriberSettings) {
    let forward = settings.forward
    self.forward = Forward(
      always: forward.always, busy: forward.busy, unregistered: forward.unregistered,
      noAnswer: forward.noAnswer.map { noAnswer in
        NoAnswer(to: noAnswer.to, after: noAnswer.after.map { "\(Int($0 / .seconds(1)))s" })
      })
    doNotDisturb = settings.doNotDisturb
    maximumCalls = settings.maximumCalls
    mayCall = settings.mayCall?.map(\.text)
  }
}

/// A target that leads nowhere is told now, and not by the first caller who gets lost.
private func refuseDanglingTargets(
  of settings: SubscriberSettings, _ address: AddressOfRecord,
  _ configuration: Configuration, _ store: Store
) throws {
  let forward = settings.forward
  for target in [forward.always, forward.busy, forward.noAnswer?.to, forward.unregistered] {
    guard let target else { continue }
    try refuseDangling(target, in: address.domain, configuration, store)
  }
}

func refuseDangling(
  _ target: String, in domain: String, _ configuration: Configuration, _ store: Store
) throws {
  guard
    try Node.directory(configuration, store).leadsSomewhere(
      target, in: domain, services: configuration.services.numbers.map(\.number))
  else {
    throw Refusal(
      "\(target) leads nowhere: there is no such subscriber, group or service in the node's domains"
    )
  }
}
