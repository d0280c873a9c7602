import Journaling
import Machines

/// What can be wrong with a disk for a while.
enum DiskFault {
  /// The next append is cut off after so many octets.
  case torn(Int)
  case full(Duration)
  case slow(Duration)
  case failingSyncs(Duration)

  static func draw(_ random: inout SeededGenerator) -> DiskFault {
    let duration = random.duration(.milliseconds(200) ... .seconds(8))
    return switch random.number(0...3) {
    case 0: .torn(random.number(0...600))
    case 1: .full(duration)
    case 2: .slow(duration)
    default: .failingSyncs(duration)
    }
  }
}

extension SimulatedNode {
  func suffer(_ fault: DiskFault) {
    world.write("disk: \(fault)")
    switch fault {
    case .torn(let octets):
      disk.tearNextAppend = octets
    case .full(let duration):
      disk.writeFault = .system(call: "write", code: JournalFault.noSpace)
      world.after(duration) { [unowned self] in disk.writeFault = nil }
    case .slow(let duration):
      isDiskSlow = true
      world.after(duration) { [unowned self] in isDiskSlow = false }
    case .failingSyncs(let duration):
      failsSyncs = true
      world.after(duration) { [unowned self] in failsSyncs = false }
    }
  }
}
