import Addressing
import Machines

/// Who takes datagrams at an address.
protocol DatagramReceiver: AnyObject {
  func receive(_ bytes: [UInt8], from source: IPEndpoint)
}

/// UDP as the profile has it: datagrams are lost, doubled, late, and overtake each other.
final class SimulatedNetwork {
  private unowned let world: SimulatedWorld
  private var receivers: [IPEndpoint: any DatagramReceiver] = [:]

  init(_ world: SimulatedWorld) {
    self.world = world
  }

  func attach(_ receiver: any DatagramReceiver, at endpoint: IPEndpoint) {
    receivers[endpoint] = receiver
  }

  func send(_ bytes: [UInt8], from source: IPEndpoint, to destination: IPEndpoint) {
    let profile = world.profile
    if world.random.chance(profile.loss) {
      world.note("lost", source, destination, bytes)
      return
    }
    let copies = world.random.chance(profile.duplication) ? 2 : 1
    for _ in 0..<copies {
      var delay = world.random.duration(profile.delay)
      if world.random.chance(profile.detours) { delay += world.random.duration(profile.detour) }
      world.after(delay) { [unowned self] in
        world.note("->", source, destination, bytes)
        receivers[destination]?.receive(bytes, from: source)
      }
    }
  }
}
