import Addressing
import CallControl
import MediaControl
import SIP
import Softswitch

extension ExchangeConfiguration {
  /// Shorter waits than in production, so that a run sees the end of each.
  static func simulated(_ profile: SimulationProfile) -> ExchangeConfiguration {
    ExchangeConfiguration(
      calls: CallEnvironment(
        nodeName: "a1", userAgent: "Tandem",
        timers: TransactionTimers(
          t1: .milliseconds(500), t2: .seconds(4), t4: .seconds(5), c: .seconds(90)),
        ringTimeout: .seconds(25), longestCall: .seconds(120), maximumLegs: 32,
        listeners: [ListenerAddress(transport: .udp, visible: SimulatedNode.endpoint)],
        anchoring: .always, media: MediaAddressing(advertised: SimulatedNode.address)),
      listenerNames: ["udp:\(SimulatedNode.endpoint)"],
      trusted: [IPNetwork("203.0.113.0/24")].compactMap { $0 }, echoNumbers: ["echo"],
      maximumCalls: 100, messageLimits: .standard, undurable: profile.undurable,
      services: [
        "tone": PlayedService(name: "tone", length: nil),
        "welcome": PlayedService(name: "welcome", length: .seconds(8)),
      ],
      notFound: PlayedService(name: "not found", length: .seconds(4)))
  }
}
