import Glibc

/// A worker as its keeper sees it: the process, the socket to it, and what it said.
final class Worker {
  /// What is to be sent when the worker has read what came before.
  enum Outgoing {
    case item(KeptItem)
    case message(KeeperMessage)
  }

  let process: WatchedProcess
  let channel: KeeperChannel
  /// Tells workers of one keeper apart.
  let author: UInt64
  let started: MonotonicTime

  var farewell = RestartPolicy.Farewell.none
  var isReady = false
  /// Was sent SIGHUP before it was ready for one.
  var isHungUp = false
  /// When it last said that it lives; nil for one that has not, or is being killed.
  var lastSign: MonotonicTime?
  /// The other end is closed; nothing more is read.
  var isSilent = false
  /// The number of the last change that its list told of.
  var listedUpTo: UInt64 = 0
  /// It is prepared and waits for the old worker's end.
  var waitsToTakeOver = false

  private var outgoing: [Outgoing] = []
  private var next = 0

  init(
    _ process: WatchedProcess, _ channel: KeeperChannel, author: UInt64, started: MonotonicTime
  ) {
    self.process = process
    self.channel = channel
    self.author = author
    self.started = started
  }

  var hasOutgoing: Bool { next < outgoing.count }

  func tell(_ message: KeeperMessage) {
    outgoing.append(.message(message))
  }

  func give(_ item: KeptItem) {
    outgoing.append(.item(item))
  }

  /// Sends what the socket takes.
  func flush() {
    while next < outgoing.count, !isSilent {
      switch transmit(outgoing[next]) {
      case .sent: next += 1
      case .full: return
      case .failed: isSilent = true
      }
    }
    outgoing = []
    next = 0
  }

  private func transmit(_ outgoing: Outgoing) -> KeeperChannel.Sending {
    switch outgoing {
    case .message(let message):
      channel.send(message.bytes)
    case .item(let item):
      channel.send(
        KeeperMessage(.kept, name: item.name, payload: item.payload).bytes, item.descriptors)
    }
  }
}

/// A point on the kernel's monotonic clock.
struct MonotonicTime: Comparable, Sendable {
  var nanoseconds: Int64

  static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
    let (seconds, attoseconds) = duration.components
    return MonotonicTime(
      nanoseconds: time.nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  static func - (later: MonotonicTime, earlier: MonotonicTime) -> Duration {
    .nanoseconds(later.nanoseconds - earlier.nanoseconds)
  }
}
