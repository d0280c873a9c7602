import Addressing
import CallControl
import SIP

/// What the switch is told of its node. Addresses are what peers see.
package struct SwitchConfiguration: Sendable {
  package let calls: CallEnvironment
  /// Host names and addresses that mean this node in a Request-URI; its first domain is meant.
  package let ownEndpoints: Set<IPEndpoint>
  package let trusted: [IPNetwork]
  package let echoNumbers: Set<String>
  package let maximumCalls: Int
  package let messageLimits: SIPLimits

  package init(
    calls: CallEnvironment, ownEndpoints: Set<IPEndpoint>, trusted: [IPNetwork],
    echoNumbers: Set<String>, maximumCalls: Int, messageLimits: SIPLimits
  ) {
    self.calls = calls
    self.ownEndpoints = ownEndpoints
    self.trusted = trusted
    self.echoNumbers = echoNumbers
    self.maximumCalls = maximumCalls
    self.messageLimits = messageLimits
  }

  func isTrusted(_ source: IPEndpoint) -> Bool {
    trusted.contains { $0.contains(source.address) }
  }
}
