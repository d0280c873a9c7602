import Addressing
import CallControl
import SIP

/// What the switch is told of its node. Addresses are what peers see.
package struct ExchangeConfiguration: Sendable {
  package let calls: CallEnvironment
  /// By `ListenerID`: what a listener is called in the record of a binding, so that a node that
  /// starts again with other listeners knows which one a phone came by.
  package let listenerNames: [String]
  package let trusted: [IPNetwork]
  package let echoNumbers: Set<String>
  /// What is played to callers, by the number that is dialled.
  package let services: [String: PlayedService]
  /// What callers hear of a number that nobody has, before they are refused.
  package let notFound: PlayedService?
  package let maximumCalls: Int
  package let messageLimits: SIPLimits
  /// When the log cannot be written.
  package let undurable: Exchange.UndurablePolicy
  /// What a caller hears of a subscriber who is not to be disturbed.
  package let doNotDisturbStatus: Int
  /// Nil: strangers are heard however much they say.
  package let strangers: StrangerPolicy?
  /// When servers that failed are tried again.
  package let serverHealth: ServerHealth.Policy

  package init(
    calls: CallEnvironment, listenerNames: [String], trusted: [IPNetwork],
    echoNumbers: Set<String>, maximumCalls: Int, messageLimits: SIPLimits,
    undurable: Exchange.UndurablePolicy = .refuse, doNotDisturbStatus: Int = 480,
    services: [String: PlayedService] = [:], notFound: PlayedService? = nil,
    strangers: StrangerPolicy? = nil, serverHealth: ServerHealth.Policy = ServerHealth.Policy()
  ) {
    self.calls = calls
    self.listenerNames = listenerNames
    self.trusted = trusted
    self.echoNumbers = echoNumbers
    self.services = services
    self.notFound = notFound
    self.maximumCalls = maximumCalls
    self.messageLimits = messageLimits
    self.undurable = undurable
    self.serverHealth = serverHealth
    self.doNotDisturbStatus = doNotDisturbStatus
    self.strangers = strangers
  }

  /// Option tags that a request may require (RFC 3261 §8.2.2.3).
  var supportedExtensions: Set<String> {
    calls.sessionTimers == nil ? ["100rel"] : ["100rel", "timer"]
  }

  /// What the switch itself answers under a number.
  func service(_ number: String) -> CallRoute? {
    if echoNumbers.contains(number) { return .echo }
    return services[number].map(CallRoute.service)
  }

  /// What becomes of a call to a number that nobody has.
  var unknownNumber: CallRoute {
    notFound.map { .announced($0, status: 404, reason: nil) }
      ?? .refused(status: 404, reason: nil)
  }

  func isTrusted(_ source: IPEndpoint) -> Bool {
    trusted.contains { $0.contains(source.address) }
  }
}
