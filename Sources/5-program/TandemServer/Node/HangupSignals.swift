import Dispatch
import Glibc

/// SIGHUP, by which service managers ask a program to read its configuration again.
///
/// Taken from the beginning: by itself the signal ends a process, and one that comes while the
/// node starts is answered when it runs. Several that wait are one.
final class HangupSignals: Sendable {
  let received: AsyncStream<Void>
  /// Unsafe to the compiler; held, and never touched after the initialiser.
  private nonisolated(unsafe) let source: any DispatchSourceSignal

  init() {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    received = stream
    signal(SIGHUP, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
    source.setEventHandler { continuation.yield() }
    source.resume()
  }
}
