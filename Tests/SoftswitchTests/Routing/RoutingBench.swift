import SIP
import Testing

@testable import Softswitch

/// An exchange with a trunk that calls, and phones of alice, bob, carol and dave, each with the
/// settings that a test gives them.
struct RoutingBench {
  let bench: ExchangeBench
  let trunk: BenchPhone
  private(set) var phones: [String: BenchPhone] = [:]

  init(
    _ settings: [String: SubscriberSettings] = [:], groups: [RingGroup] = [],
    phonesOf users: [String] = ["alice", "bob", "carol", "dave"]
  ) throws {
    let all = ["alice", "bob", "carol", "dave"]
    bench = try ExchangeBench(
      subscribers: all.map { .bench($0, "secret", settings: settings[$0] ?? .init()) },
      groups: groups)
    trunk = try bench.trunk()
    for (index, user) in all.enumerated() {
      phones[user] = try BenchPhone(
        bench, user, password: "secret", at: "192.0.2.\(index + 1):5060")
      if users.contains(user) { try phones[user]?.register() }
    }
  }

  subscript(user: String) -> BenchPhone { phones[user] ?? trunk }

  /// To whom the INVITEs of a step go, in order.
  func offered(_ sent: [Sent]) -> [String] {
    sent.filter { $0.message.kind == .request(.invite) }.map { invite in
      phones.first { $0.value.flow == invite.flow }?.key ?? "\(invite.flow.remote)"
    }
  }
}

extension SubscriberSettings {
  static func forwarding(
    always: String? = nil, busy: String? = nil, noAnswer: String? = nil, after: Duration? = nil,
    unregistered: String? = nil
  ) -> SubscriberSettings {
    SubscriberSettings(
      forward: Forwarding(
        always: always, busy: busy, noAnswer: noAnswer.map { .init(to: $0, after: after) },
        unregistered: unregistered))
  }
}
