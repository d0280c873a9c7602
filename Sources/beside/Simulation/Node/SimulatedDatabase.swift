import CallControl
import Machines
import Softswitch

/// The tables: bindings and call records. They commit a moment later, refuse for a while when the
/// disk is sick, and keep through every crash what was committed.
final class SimulatedDatabase {
  private unowned let world: SimulatedWorld
  private(set) var bindings: [(address: AddressOfRecord, binding: Binding)] = []
  private(set) var records: [CallRecord] = []
  private(set) var state = SimulatedState()
  private var places: [String: Int] = [:]
  /// The main record of a caller's Call-ID.
  private var mains: [String: Int] = [:]
  private var refusesUntil: Instant?
  /// Writes of an earlier process are lost.
  private var process = 0
  /// Called between a commit and the news of it.
  var onCommit: () -> Void = {}

  init(_ world: SimulatedWorld) {
    self.world = world
  }

  func refuse(for duration: Duration) {
    refusesUntil = world.time + duration
  }

  /// What was not committed is lost, and nobody hears of it.
  func processEnded() {
    process += 1
  }

  func save(_ changes: [BindingEvent], done: @escaping (Bool) -> Void) {
    commit(done) { [unowned self] in changes.forEach(apply) }
  }

  func save(_ made: [CallRecord], done: @escaping (Bool) -> Void) {
    commit(done) { [unowned self] in made.forEach(insert) }
  }

  func save(_ changes: [RecordedChange], done: @escaping (Bool) -> Void) {
    commit(done) { [unowned self] in changes.forEach { state.apply($0) } }
  }

  func fetchMessages(
    for recipient: AddressOfRecord, done: @escaping ([InstantMessage]?) -> Void
  ) {
    var found: [InstantMessage] = []
    commit({ done($0 ? found : nil) }) { [unowned self] in
      found = state.messages.filter { $0.recipient == recipient }
    }
  }

  private func commit(_ done: @escaping (Bool) -> Void, _ write: @escaping () -> Void) {
    let writer = process
    world.after(world.random.duration(.microseconds(200) ... .milliseconds(60))) { [unowned self] in
      guard writer == process else { return }
      if let refusesUntil, world.time < refusesUntil { return done(false) }
      write()
      onCommit()
      guard writer == process else { return }
      done(true)
    }
  }

  private func apply(_ event: BindingEvent) {
    switch event {
    case .bound(let address, let binding):
      let place = bindings.firstIndex {
        $0.address == address && $0.binding.key == binding.key
      }
      if let place {
        bindings[place].binding = binding
      } else {
        bindings.append((address, binding))
      }
    case .removed(let address, let key), .expired(let address, let key, _):
      bindings.removeAll { $0.address == address && $0.binding.key == key }
    }
  }

  private func insert(_ record: CallRecord) {
    let isDoubtful = world.session(Session.number(callID: record.callID))?.isDoubtful ?? false
    if let place = places[record.id] {
      let parent = record.parent.flatMap { places[$0] }.map { records[$0].callID }
      let session = world.session(Session.number(callID: parent ?? record.callID))
      if records[place] != record, session?.isDoubtful != true {
        world.violate(.recordChanged, "\(records[place]) then \(record)")
      }
      return
    }
    world.write("record \(record.id) \(record.kind) \(record.cause) \(record.callID)")
    places[record.id] = records.count
    records.append(record)
    guard record.kind == "call" else { return }
    if let first = mains[record.callID], !isDoubtful {
      world.violate(.secondRecord, "\(records[first].id) and \(record.id) of \(record.callID)")
    }
    mains[record.callID] = mains[record.callID] ?? records.count - 1
  }

  func main(of callID: String) -> CallRecord? { mains[callID].map { records[$0] } }

  func children(of record: CallRecord) -> [CallRecord] {
    records.filter { $0.parent == record.id }
  }

  func binding(_ contact: String) -> Binding? {
    bindings.first { $0.binding.contact == contact }?.binding
  }
}
