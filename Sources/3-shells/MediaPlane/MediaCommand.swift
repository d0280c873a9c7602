import Addressing
import MediaControl
import Synchronization

/// What the control side asks of a media thread.
enum MediaCommand: Sendable {
  case relay(StreamID, caller: LegPlan, callee: LegPlan)
  case echo(StreamID, LegPlan)
  case play(StreamID, LegPlan, Playing)
  case update(StreamID, StreamSide, RemoteMedia, IPAddress?)
  case close(StreamID)
  case stop
}

/// One side of a stream with the sockets that serve it. Carries one hold on them.
struct LegPlan: Sendable {
  var pair: BoundPair
  var remote: RemoteMedia?
  var signallingSource: IPAddress?
}

/// Brings commands to a media thread in order. It has no limit of its own: a command is part of
/// a call, whose number the ports limit, and none may be dropped.
final class CommandQueue: Sendable {
  let signal: WakeSignal
  private let commands = Mutex<[MediaCommand]>([])

  init() throws(MediaPlaneFault) {
    signal = try WakeSignal()
  }

  func append(_ command: MediaCommand) {
    let wasEmpty = commands.withLock { commands in
      commands.append(command)
      return commands.count == 1
    }
    if wasEmpty { signal.raise() }
  }

  func takeAll() -> [MediaCommand] {
    signal.clear()
    return commands.withLock { commands in
      defer { commands = [] }
      return commands
    }
  }
}
