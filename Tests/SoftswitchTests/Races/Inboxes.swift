import SIP

@testable import Softswitch

/// What has come for each phone of a script, until the script says that it is looked at: what
/// nobody has looked at yet is what a phone's own message crosses.
///
/// What comes a second time byte for byte is kept apart, so that a script reads the same with and
/// without a restart of the exchange in it.
final class Inboxes {
  let bench: ExchangeBench
  private var parties: [CallParty] = []
  private var seen: Set<[UInt8]> = []

  init(_ bench: ExchangeBench) { self.bench = bench }

  func add(_ party: CallParty) { parties.append(party) }

  func deliver(_ bytes: [UInt8], from flow: Flow) { sort(bench.deliver(bytes, from: flow)) }

  func advance(by milliseconds: Int64) { sort(bench.advance(by: milliseconds)) }

  /// The process ends as kill -9 ends it, and starts again.
  func restart() throws { sort(try bench.restart()) }

  private func sort(_ sent: [Sent]) {
    for one in sent {
      guard let party = parties.first(where: { $0.flow == one.flow }) else { continue }
      if seen.insert(one.bytes).inserted {
        party.receive(one)
      } else {
        party.receiveAgain(one)
      }
    }
  }
}
