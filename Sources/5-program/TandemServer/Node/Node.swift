import Addressing
import CLinux
import CallControl
import Foundation
import Glibc
import Hummingbird
import Logging
import Machines
import MediaPlane
import NIOCore
import NIOPosix
import SIP
import SIPTransport
import ServiceLifecycle
import Softswitch
import Storage

/// One process of the system: the configured services, put together.
package struct Node {
  /// What the process began with.
  let configuration: Configuration
  let running: RunningConfiguration
  /// Read again by a reload.
  let source: ConfigurationSource
  let logger: Logger
  let clock: NodeClock
  let started: WallTime
  let store: Store
  let roster: SubscriberRoster
  let subscribersRevision: Int64
  let relay: MediaRelay
  let transport: SIPTransport
  /// What it began with.
  let certificate: NodeCertificate?
  let loop: SwitchLoop
  /// What the call log gave back.
  let recovery: RecoverySummary
  /// Nil for a process that runs alone.
  let keeper: NodeKeeper?
  /// What an earlier process left for this one.
  let sockets: KeptSockets

  /// Checks what `loadConfiguration` cannot: that the file fits the database, if there is one.
  package static func check(_ configuration: Configuration) throws {
    try NodeCertificate.check(configuration, at: Int(Date().timeIntervalSince1970))
    guard access(configuration.store.path, F_OK) == 0 else {
      return try SubscriberRoster.check(configuration)
    }
    let store = try Store(path: configuration.store.path)
    defer { store.close() }
    try SubscriberRoster(configuration, store).directory().expectNoDanglingTargets(configuration)
  }

  /// Runs a node until the process is told to stop by SIGINT or SIGTERM.
  package static func run(_ source: ConfigurationSource) async throws {
    let configuration = source.configuration
    RunningLogLevel.current = configuration.log.level.loggerLevel
    let hangups = HangupSignals()
    LoggingSystem.bootstrap { configuration.log.handler(label: $0) }
    raiseDescriptorLimit()
    tandem_keep_freed_memory(16 << 20)
    let environment = ProcessInfo.processInfo.environment
    let logger = Logger(label: "tandem")
    if let problems = source.problems {
      logger.critical(
        "something is wrong with the configuration file: the one that was applied last is used",
        metadata: ["file": "\(source.file)", "problems": "\(problems)"])
    }
    let keeper = NodeKeeper(environment: environment, logger: logger)
    let sockets =
      try await keeper?.takeSockets(
        configuration, command: CommandLine.arguments, environment: environment) ?? KeptSockets()
    try await Node(source, keeper, sockets, logger).run(hangups)
  }

  init(
    _ source: ConfigurationSource, _ keeper: NodeKeeper?, _ sockets: KeptSockets, _ logger: Logger
  ) throws {
    let configuration = source.configuration
    self.source = source
    self.configuration = configuration
    running = RunningConfiguration(configuration)
    self.keeper = keeper
    self.sockets = sockets
    self.logger = logger
    let began = ContinuousClock.now
    let loopBox = LoopReference()
    let callLog = try CallLogStart(configuration, loop: loopBox)
    clock = NodeClock(notBefore: callLog.contents.lastMoment?.steady)
    let now = clock.now
    started = now.wall
    store = try Store(
      path: configuration.store.path,
      options: StoreOptions(
        pendingWrites: configuration.limits.pendingWrites,
        isSynced: configuration.callLog.durability == .machine))
    roster = try SubscriberRoster(configuration, store)
    // Read before the subscribers, so that a change in between is seen later.
    subscribersRevision = try store.subscribersRevision()
    let directory = try roster.directory()
    do {
      try directory.expectNoDanglingTargets(configuration)
    } catch {
      // Somebody may have been removed since; that is no reason not to start.
      logger.warning("calls are sent to nobody", metadata: ["targets": "\(error)"])
    }
    relay = try MediaRelay(
      MediaConfiguration(configuration.media), clock: MediaClock(steadyNow: now.steady),
      adopting: sockets.media,
      onBound: { keeper?.keep(SocketName.media(configuration.media, $0), [$1, $2]) },
      onNotice: { loopBox.loop?.noticed($0) })
    var quiet = logger
    quiet.logLevel = max(quiet.logLevel, .notice)
    certificate = try Self.certificate(configuration, now, logger)
    transport = SIPTransport(
      listeners: configuration.listeners,
      group: MultiThreadedEventLoopGroup(numberOfThreads: 1),
      limits: TransportLimits(configuration), tls: certificate?.context,
      startedAt: UInt64(clamping: now.wall.nanoseconds), logger: quiet)
    let services = try ServiceBook(configuration.services)
    let (clock, calls) = (clock, CallEnvironment(configuration))
    let finder = try ServerFinder(
      eventLoop: transport.eventLoops[0], reach: calls.reach,
      options: ResolverOptions(configuration.dns), random: Randomness(KernelRandomness()),
      now: { clock.now })
    loop = SwitchLoop(
      transport: transport, finder: finder, relay: relay, store: store, clock: clock,
      services: services, logger: logger, reference: loopBox)
    let log = try callLog.open(now)
    let parts = ExchangeParts(
      directory: directory,
      registrar: try Self.restoreRegistrar(configuration, store, now),
      authenticator: try Self.makeAuthenticator(configuration, store, now))
    loop.install { outlet in
      Exchange(
        configuration: ExchangeConfiguration(configuration, services: services),
        directory: parts.directory,
        registrar: parts.registrar, authenticator: parts.authenticator, log: log,
        random: Randomness(KernelRandomness()), now: now, outlet: outlet)
    }
    recovery = loop.recover(callLog.contents, try RecordedState(store, at: now.wall))
    callLog.report(recovery, took: .now - began, to: logger)
  }

  /// Reads the certificate, or makes one, and says what is odd about it.
  static func certificate(
    _ configuration: Configuration, _ now: Now, _ logger: Logger
  ) throws -> NodeCertificate? {
    let seconds = Int(now.wall.nanoseconds / 1_000_000_000)
    guard let certificate = try NodeCertificate(configuration, at: seconds) else { return nil }
    let identity = certificate.identity
    if certificate.isSelfSigned {
      logger.warning(
        "sip.tls names no certificate: one that the node signed itself is used",
        metadata: [
          "file": "\(identity.certificateFile)", "sha256": "\(identity.fingerprint)",
        ])
    }
    if let problem = identity.expiry(at: seconds) {
      logger.error("a certificate is no good any more", metadata: ["problem": "\(problem)"])
    }
    return certificate
  }

  private struct ExchangeParts {
    let directory: SubscriberDirectory
    let registrar: Registrar
    let authenticator: DigestAuthenticator
  }

  private static func restoreRegistrar(
    _ configuration: Configuration, _ store: Store, _ now: Now
  ) throws -> Registrar {
    let bindings = try store.bindings(liveAt: now.wall.nanoseconds).compactMap { record in
      Binding(record).map {
        (AddressOfRecord(user: record.user, domain: record.domain), $0)
      }
    }
    return Registrar(
      policy: RegistrarPolicy(configuration), restoring: bindings, at: now.wall)
  }

  private static func makeAuthenticator(
    _ configuration: Configuration, _ store: Store, _ now: Now
  ) throws -> DigestAuthenticator {
    // The key outlives the process, so that a restart makes no phone log in again.
    let key = try store.secret("digest-nonce-key") {
      var random = SystemRandomNumberGenerator()
      return (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
    return DigestAuthenticator(
      key: key, policy: AuthenticationPolicy(configuration), startedAt: now.wall)
  }

  private func run(_ hangups: HangupSignals) async throws {
    let switchService = SwitchService(node: self, hangups)
    keeper?.onYield { Task { await switchService.handOver() } }
    var services: [any Service] = [switchService]
    if let http = configuration.http {
      var quiet = logger
      quiet.logLevel = max(quiet.logLevel, .warning)
      let interface = HTTPInterface(
        node: switchService, http: http, running: running, store: store,
        logger: quiet, whenListening: { switchService.httpIsListening() })
      services.append(interface.application())
    }
    var quiet = logger
    quiet.logLevel = max(quiet.logLevel, .warning)
    let group = ServiceGroup(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
    do {
      try await group.run()
    } catch let error as IOError {
      // SIP's listeners name themselves; this is the other one.
      let listener = configuration.http.map { "\($0.listen)" } ?? "-"
      throw ListenerRefused(key: "http.listen", listener: listener, error: error)
    }
  }
}

/// A listener that cannot be had.
struct ListenerRefused: Error, CustomStringConvertible {
  let key: String
  let listener: String
  let error: IOError

  var description: String {
    "\(key): \(listener) cannot be listened on: \(String(cString: strerror(error.errnoCode)))"
  }
}

/// Connections and media ports need more descriptors than a shell allows by default.
private func raiseDescriptorLimit() {
  var limit = rlimit()
  guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
  limit.rlim_cur = limit.rlim_max
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}

/// Lets those find the loop that are made before it: the media plane, the log's disk, mailboxes.
final class LoopReference: @unchecked Sendable {
  // Set once, before there is anything that they could give notice of.
  weak var loop: SwitchLoop?
}
