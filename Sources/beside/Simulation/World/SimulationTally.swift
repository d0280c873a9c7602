/// What a run came to, so that it can be seen that something was tried.
package struct SimulationTally: Sendable {
  package var calls = 0
  package var answered = 0
  package var forked = 0
  package var doubtful = 0
  package var records = 0
  package var crashes = 0
  package var machineCrashes = 0
  /// Calls that a process took up again from the log, in progress or over.
  package var recovered = 0
  package var lingering = 0
  package var refusedStarts = 0
  package var foldsCompared = 0
  package var messagesChecked = 0

  package init() {}

  package mutating func add(_ other: SimulationTally) {
    calls += other.calls
    answered += other.answered
    forked += other.forked
    doubtful += other.doubtful
    records += other.records
    crashes += other.crashes
    machineCrashes += other.machineCrashes
    recovered += other.recovered
    lingering += other.lingering
    refusedStarts += other.refusedStarts
    foldsCompared += other.foldsCompared
    messagesChecked += other.messagesChecked
  }
}
