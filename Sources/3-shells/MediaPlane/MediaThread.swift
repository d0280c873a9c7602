/// A media thread as the control side sees it.
final class MediaThread: Sendable {
  let commands: CommandQueue
  let published = PublishedTally()
  private let thread: SystemThread

  init(
    _ number: Int, _ configuration: MediaConfiguration, clock: MediaClock, pool: PortPool,
    onNotice: @escaping @Sendable (MediaNotice) -> Void
  ) throws(MediaPlaneFault) {
    let commands = try CommandQueue()
    let published = published
    let loop = MediaLoopBox(
      try MediaLoop(
        configuration, clock: clock, pool: pool, commands: commands, published: published,
        onNotice: onNotice))
    self.commands = commands
    thread = try SystemThread(name: "media-\(number)") { loop.run() }
  }

  /// Ends the thread after the commands given so far.
  func stop() {
    commands.append(.stop)
    thread.join()
  }
}

/// Carries a loop to its thread.
///
/// Unchecked, because: the loop is made before the thread starts and `run` is called once, on that
/// thread; nobody else ever touches it.
private final class MediaLoopBox: @unchecked Sendable {
  private var loop: MediaLoop?

  init(_ loop: consuming MediaLoop) {
    self.loop = consume loop
  }

  func run() {
    // Taken out of the box, so that the packet path works on a local value: a stored property of
    // an object would be checked for exclusive access each time.
    guard var loop = loop.take() else { return }
    loop.run()
  }
}
