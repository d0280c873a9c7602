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
  package let maximumCalls: Int
  package let messageLimits: SIPLimits
  /// When the log cannot be written.
  package let undurable: Exchange.UndurablePolicy
  /// When servers that failed are tried again.
  package let serverHealth: ServerHealth.Policy

  package init(
    calls: CallEnvironment, listenerNames: [String], trusted: [IPNetwork],
    echoNumbers: Set<String>, maximumCalls: Int, messageLimits: SIPLimits,
    undurable: Exchange.UndurablePolicy = .refuse,
    serverHealth: ServerHealth.Policy = ServerHealth.Policy()
  ) {
    self.calls = calls
    self.listenerNames = listenerNames
    self.trusted = trusted
    self.echoNumbers = echoNumbers
    self.maximumCalls = maximumCalls
    self.messageLimits = messageLimits
    self.undurable = undurable
    self.serverHealth = serverHealth
  }

  func isTrusted(_ source: IPEndpoint) -> Bool {
    trusted.contains { $0.contains(source.address) }
  }
}
