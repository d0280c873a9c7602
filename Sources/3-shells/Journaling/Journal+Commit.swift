import Machines

extension Journal {
  private static let retryInterval = Duration.seconds(1)

  /// The end of a tick: one append to the disk for the whole batch.
  ///
  /// With `.process` the batch is then committed. With `.machine` a sync is started if none is
  /// under way; what gathers meanwhile is the next group. Called too when there was nothing to
  /// append, and at least once a second while `health` is not `.healthy` or records wait.
  package func commit(now: Instant) {
    lastNow = now
    switch health {
    case .failing: retry(now)
    case .mustRebase: break
    case .healthy:
      if let started = syncing.started, now - started > options.patience {
        return fail(.stalled, now)
      }
      if !batch.isEmpty { flush(isRebase: false, now) }
    }
  }

  /// Writes what `write` appends, into a segment of its own. When that is committed, all that was
  /// appended before is void. Nothing happens while the disk is failing.
  package func rebase(now: Instant, _ write: (Journal) -> Void) {
    commit(now: now)
    switch health {
    case .failing: return
    // The retry has begun a segment for it.
    case .mustRebase: health = .healthy
    case .healthy: current = tail.next
    }
    needs.endRecovery()
    write(self)
    appended &+= 1
    Frame.append(.rebaseEnd, to: &batch) { _ in }
    counters.rebases += 1
    flush(isRebase: true, now)
  }

  private func flush(isRebase: Bool, _ now: Instant) {
    let records = batchRecords
    let count = batch.count
    defer { emptyBatch() }
    if current != tail {
      // Syncs are asked for the segment that was created last, so this is the old one's turn.
      if options.durability == .machine, syncing.asked < written { startSync() }
      do {
        try begin(current, isRebase: isRebase, now: now)
      } catch {
        return fail(error, now)
      }
    }
    do {
      try disk.append(batch, to: tail)
    } catch {
      // What was torn is cut off where that works; else the reader stops there.
      try? disk.truncate(tail, to: tailLength)
      return fail(error, now)
    }
    tailLength += count
    ledger.grow(by: count)
    counters.bytes += count
    counters.records += records
    counters.batches += 1
    written = appended
    switch options.durability {
    case .process: advance(to: written)
    case .machine: if syncing.underWay == 0 { startSync() }
    }
  }

  private func emptyBatch() {
    batchRecords = 0
    batch.removeAll(keepingCapacity: batch.capacity <= 4 * Self.batchCapacity)
    batch.reserveCapacity(Self.batchCapacity)
  }

  private func advance(to record: UInt64) {
    committed = record
    needs.advance(appended: appended, committed: committed, current: current)
  }

  // MARK: Syncs

  private func startSync() {
    let target = written
    let epoch = syncing.begin(upTo: target, now: lastNow)
    counters.syncs += 1
    disk.sync(tail) { [weak self] fault in self?.synced(target, epoch, fault) }
  }

  private func synced(_ target: UInt64, _ epoch: UInt64, _ fault: JournalFault?) {
    // A sync of before a fault says nothing about what came after.
    guard syncing.end(epoch: epoch, now: lastNow) else { return }
    if let fault {
      fail(fault, lastNow)
    } else {
      advance(to: target)
      if syncing.underWay == 0, written > committed { startSync() }
    }
    onCommitted?()
  }

  // MARK: Faults

  private func fail(_ fault: JournalFault, _ now: Instant) {
    counters.faults += 1
    counters.dropped += batchRecords
    emptyBatch()
    syncing.abandon()
    health = .failing(fault, since: now)
    retryAt = now + Self.retryInterval
  }

  private func retry(_ now: Instant) {
    guard case .failing(_, let since) = health, now >= retryAt, syncing.underWay == 0 else {
      return
    }
    retryAt = now + Self.retryInterval
    current = max(current, tail).next
    do {
      try begin(current, isRebase: true, now: now)
      health = .mustRebase
    } catch {
      counters.faults += 1
      health = .failing(error, since: since)
    }
  }
}
