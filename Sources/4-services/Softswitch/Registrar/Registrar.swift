import Machines
import SIP

/// The location service of RFC 3261 §10.3: which contacts an address-of-record has.
///
/// `decide` answers a REGISTER and changes nothing; `apply` is the only way to change the
/// bindings. The owner puts a decision's events on record, applies them in the order of their
/// decisions, and only then sends the answer. Look-ups cost the same however many subscribers
/// there are, and an expired binding is gone from them at once, even before its event.
package struct Registrar: Sendable {
  /// The bindings of one address-of-record, in the order in which they were first made.
  private struct Record: Sendable {
    var bindings: [Binding] = []
    /// When the agenda will look at it.
    var visit: WallTime?
  }

  package internal(set) var policy: RegistrarPolicy
  private var records: [AddressOfRecord: Record] = [:]
  private var agenda = ExpiryAgenda()
  /// How many bindings there are, including those that expired a moment ago.
  package private(set) var count = 0

  /// How many appointments are kept: at least one an address, and not many more.
  var agendaCount: Int { agenda.count }

  package init(policy: RegistrarPolicy = RegistrarPolicy()) {
    self.policy = policy
  }

  /// Starts with what an earlier process had on record and is still live.
  package init(
    policy: RegistrarPolicy = RegistrarPolicy(),
    restoring recorded: some Sequence<(AddressOfRecord, Binding)>, at now: WallTime
  ) {
    self.init(policy: policy)
    for (aor, binding) in recorded where binding.isLive(at: now) {
      var restored = binding
      restored.flow.connection = nil
      apply(.bound(aor, restored))
    }
  }

  /// The live bindings, oldest first.
  package func bindings(for aor: AddressOfRecord, at now: WallTime) -> [Binding] {
    records[aor]?.bindings.filter { $0.isLive(at: now) } ?? []
  }

  /// All live bindings, in no order.
  package func forEachBinding(at now: WallTime, _ body: (AddressOfRecord, Binding) -> Void) {
    for (aor, record) in records {
      for binding in record.bindings where binding.isLive(at: now) { body(aor, binding) }
    }
  }

  package mutating func apply(_ event: BindingEvent) {
    switch event {
    case .bound(let aor, let binding):
      bind(binding, to: aor)
    case .removed(let aor, let key):
      remove(from: aor) { $0.key == key }
    case .expired(let aor, let key, let moment):
      remove(from: aor) { $0.key == key && $0.expiresAt <= moment }
    }
  }

  /// When to call `expire` next.
  package func nextDeadline(now: Now) -> Instant? {
    agenda.next.map { now.steady + ($0 - now.wall) }
  }

  /// The events of bindings whose time has passed, at most about `limit` of them; call again if
  /// `nextDeadline` has passed still. Until they are applied the bindings only take up memory, and
  /// come up again a minute later.
  package mutating func expire(now: Now, limit: Int = 1000) -> [BindingEvent] {
    var events: [BindingEvent] = []
    while events.count < limit, let (aor, visit) = agenda.takeDue(at: now.wall) {
      guard let record = records[aor], record.visit == visit else { continue }
      let (live, dead) = record.bindings.parted { $0.isLive(at: now.wall) }
      events += dead.map { .expired(aor, $0.key, at: $0.expiresAt) }
      let retry = dead.isEmpty ? nil : WallTime(nanoseconds: now.wall.nanoseconds &+ minute)
      schedule(aor, at: (live.map(\.expiresAt) + [retry].compactMap { $0 }).min())
    }
    return events
  }

  private mutating func bind(_ binding: Binding, to aor: AddressOfRecord) {
    var bindings = records[aor]?.bindings ?? []
    if let place = bindings.firstIndex(where: { $0.key == binding.key }) {
      bindings[place] = binding
    } else {
      bindings.append(binding)
      count += 1
    }
    records[aor, default: Record()].bindings = bindings
    if let visit = records[aor]?.visit, visit <= binding.expiresAt { return }
    schedule(aor, at: binding.expiresAt)
  }

  private mutating func remove(from aor: AddressOfRecord, where isGone: (Binding) -> Bool) {
    guard var record = records[aor] else { return }
    let before = record.bindings.count
    record.bindings.removeAll(where: isGone)
    count -= before - record.bindings.count
    records[aor] = record.bindings.isEmpty ? nil : record
  }

  private mutating func schedule(_ aor: AddressOfRecord, at visit: WallTime?) {
    records[aor]?.visit = visit
    guard let visit else { return }
    agenda.add(aor, at: visit)
    // Whoever binds and removes in turn leaves an entry behind each time.
    if agenda.count > 2 * records.count + 1024 {
      agenda = ExpiryAgenda(records.compactMap { aor, record in record.visit.map { (aor, $0) } })
    }
  }
}

extension Registrar: Equatable {
  /// The bindings alone are the state; the agenda only tells when to look at them.
  package static func == (left: Registrar, right: Registrar) -> Bool {
    left.policy == right.policy
      && left.records.mapValues(\.bindings) == right.records.mapValues(\.bindings)
  }
}

private let minute: Int64 = 60_000_000_000

extension Array {
  fileprivate func parted(by belongs: (Element) -> Bool) -> (in: [Element], out: [Element]) {
    (filter(belongs), filter { !belongs($0) })
  }
}
