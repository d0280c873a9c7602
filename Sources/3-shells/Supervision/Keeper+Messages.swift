import Glibc

// What workers say.

extension Keeper {
  /// Packets that one turn reads from one worker.
  private static let batch = 1024

  /// Reads what a worker said, and what it said last when it has ended.
  func serve(_ worker: Worker) {
    // Asked first: what is read then is all that there was.
    let isOver = hasEnded(worker)
    var turns = 0
    while !worker.isSilent, isOver || turns < Self.batch {
      turns += 1
      switch worker.channel.receive() {
      case .packet(let bytes, let descriptors):
        take(bytes, descriptors, from: worker)
        continue
      case .cut:
        report("worker \(worker.process.number) sent what this keeper has no room for")
        continue
      case .ended:
        worker.isSilent = true
      case .nothing:
        break
      }
      break
    }
    if isOver { ended(worker) }
  }

  private func take(_ bytes: [UInt8], _ descriptors: [Int32], from worker: Worker) {
    guard let message = KeeperMessage(bytes) else { return closeAll(descriptors) }
    if message.kind == .keep {
      return keep(message, descriptors, from: worker)
    }
    closeAll(descriptors)
    switch message.kind {
    case .drop:
      table.item(message.name).map(unstore)
      table.drop(message.name, author: worker.author)
      if upgrade == nil { table.forgetDrops() }
    case .list:
      sendList(to: worker)
    case .ready:
      worker.isReady = true
      if worker.isHungUp { worker.process.send(SIGHUP) }
      worker.isHungUp = false
      if worker === current {
        policy.isReady()
        tellReady(worker)
      }
    case .alive:
      worker.lastSign = .now
    case .upgrade:
      beginUpgrade(askedBy: worker)
    case .takeOver:
      takeOver(by: worker)
    case .goingDown:
      worker.farewell = .goingDown
    case .handedOver:
      worker.farewell = .handedOver
    case .keep, .kept, .dropped, .end, .yield, .upgradeBegun, .upgradeFailed:
      break
    }
  }

  private func keep(_ message: KeeperMessage, _ descriptors: [Int32], from worker: Worker) {
    guard hasRoom(for: descriptors.count) else {
      closeAll(descriptors)
      return report("no descriptor is left to keep \(message.name)")
    }
    table.item(message.name).map(unstore)
    if !table.keep(message.name, message.payload, descriptors, author: worker.author) {
      report("too much is kept already to keep \(message.name)")
    }
    table.item(message.name).map(store)
  }

  private func sendList(to worker: Worker) {
    worker.listedUpTo = table.serial
    for item in table.all { worker.give(item) }
    worker.tell(KeeperMessage(.end))
  }

  private func beginUpgrade(askedBy worker: Worker) {
    func refuse(_ reason: String) {
      worker.tell(KeeperMessage(.upgradeFailed, payload: Array(reason.utf8)))
    }
    guard worker === current, stopsAsked == 0 else {
      return refuse("this worker is on its way out")
    }
    guard upgrade == nil else { return refuse("an upgrade is under way") }
    do throws(KeeperFault) {
      let renewed = try program.renewed(searchPath: environment["PATH"] ?? "")
      let successor = try start(renewed, isSuccessor: true)
      table.forgetDrops()
      upgrade = Upgrade(
        successor: successor, program: renewed, deadline: .now + Self.preparation)
      report("worker \(successor.process.number) prepares to take over")
    } catch {
      refuse("\(error)")
    }
  }

  private func takeOver(by worker: Worker) {
    guard worker === upgrade?.successor else {
      // Nobody is there any more to take over from.
      return handOver(to: worker)
    }
    worker.waitsToTakeOver = true
    upgrade?.isHandingOver = true
    upgrade?.deadline = .now + Self.handingOver
    current?.tell(KeeperMessage(.upgradeBegun))
    current?.tell(KeeperMessage(.yield))
  }

  private func closeAll(_ descriptors: [Int32]) {
    for descriptor in descriptors { close(descriptor) }
  }
}
