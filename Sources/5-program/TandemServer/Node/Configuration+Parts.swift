import Addressing
import CallControl
import Logging
import Machines
import MediaControl
import MediaPlane
import SIP
import SIPTransport
import Softswitch
import Storage

// What each part of the node is told, read off the one configuration.

/// The media streams (m-lines) that one call may have.
private let streamsPerCall = 8
/// The phones that one call may try.
private let legsPerCall = 32

extension Configuration {
  var listeners: [ListenerConfiguration] {
    sip.listen.enumerated().map { index, listener in
      ListenerConfiguration(
        id: ListenerID(UInt8(index)), transport: listener.transportProtocol,
        bound: listener.bound, advertised: listener.advertised)
    }
  }
}

extension ListenAddress {
  var transportProtocol: TransportProtocol {
    switch transport {
    case .udp: .udp
    case .tcp: .tcp
    case .tls: .tls
    }
  }
}

extension ExchangeConfiguration {
  init(_ configuration: Configuration, services: ServiceBook) {
    var limits = SIPLimits.standard
    var health = ServerHealth.Policy()
    health.shortest = configuration.dns.pause
    health.longest = max(health.longest, health.shortest)
    limits.messageBytes = configuration.limits.messageBytes
    self.init(
      calls: CallEnvironment(configuration),
      listenerNames: configuration.listeners.map(\.description),
      trusted: configuration.sip.trusted, echoNumbers: Set(configuration.services.echo),
      maximumCalls: configuration.limits.calls, messageLimits: limits,
      undurable: configuration.callLog.whenFailing == .accept ? .accept : .refuse,
      doNotDisturbStatus: configuration.routing.doNotDisturbStatus,
      services: services.numbers, notFound: services.notFound,
      strangers: StrangerPolicy(configuration.security.strangers), serverHealth: health)
  }
}

extension CallEnvironment {
  init(_ configuration: Configuration) {
    let sip = configuration.sip
    let base = sip.timers
    let anchoring = AnchoringPolicy(rawValue: configuration.media.anchor.rawValue)
    // Timer C has to outlast the ringing that it guards, and the CANCEL that ends it.
    let c = max(Duration.seconds(200), sip.ringTimeout + base.t1 * 128)
    let addresses = sip.listen.map { listener in
      ListenerAddress(
        transport: listener.transportProtocol, visible: listener.advertised ?? listener.bound)
    }
    let media = MediaAddressing(
      advertised: configuration.media.advertise ?? configuration.media.address,
      other: configuration.media.advertise6 ?? configuration.media.address6,
      maximumStreams: streamsPerCall)
    self.init(
      nodeName: configuration.node.name, userAgent: sip.userAgent,
      timers: TransactionTimers(t1: base.t1, t2: base.t2, t4: base.t4, c: c),
      ringTimeout: sip.ringTimeout, longestCall: sip.longestCall, maximumLegs: legsPerCall,
      maximumDiversions: configuration.routing.maximumDiversions, listeners: addresses,
      anchoring: anchoring ?? .always, media: media, trusted: sip.trusted,
      sessionTimers: SessionTimerPolicy(sip.sessionTimer),
      serverPatience: configuration.dns.patience)
  }
}

extension SessionTimerPolicy {
  fileprivate init?(_ timer: Configuration.SessionTimer) {
    guard timer.expires >= .seconds(1) else { return nil }
    self.init(
      expires: UInt32(clamping: timer.expires.components.seconds),
      minimum: UInt32(clamping: timer.minimum.components.seconds))
  }
}

extension MediaConfiguration {
  init(_ media: Configuration.Media) {
    self.init(
      bindAddress: media.bound, isDual: media.address6 != nil, ports: media.ports,
      threads: media.threads,
      quarantine: media.quarantine, inactivity: media.inactivity)
  }
}

extension TransportLimits {
  init(_ configuration: Configuration) {
    self.init()
    connections = configuration.limits.connections
    sip.messageBytes = configuration.limits.messageBytes
    access = AccessList(
      denied: configuration.security.deny, allowed: configuration.security.allow)
  }
}

extension StrangerPolicy {
  init(_ strangers: Configuration.Strangers) {
    self.init()
    rate = strangers.rate
    burst = strangers.burst
    tracked = strangers.tracked
    ignoredUserAgents = strangers.ignoreUserAgents.map { $0.lowercased() }
  }
}

extension ResolverOptions {
  init(_ dns: Configuration.DNS) {
    self.init()
    servers = dns.servers
    timeout = dns.timeout
    tries = dns.tries
    cacheEntries = dns.cacheEntries
  }
}

extension RegistrarPolicy {
  init(_ configuration: Configuration) {
    self.init()
    minimumExpires = configuration.registrar.minimumExpires
    maximumExpires = configuration.registrar.maximumExpires
    defaultExpires = configuration.registrar.defaultExpires
    maximumBindings = configuration.registrar.maximumBindings
    maximumRegistrations = configuration.limits.registrations
    replacement = ReplacementRule(rawValue: configuration.registrar.replace.rawValue) ?? .instance
    path = PathRule(rawValue: configuration.registrar.path.rawValue) ?? .supported
    let timer = configuration.registrar.flowTimer
    flowTimer = timer > .zero ? timer : nil
  }
}

extension AuthenticationPolicy {
  init(_ configuration: Configuration) {
    self.init()
    trackedNonces = configuration.limits.nonces
    guessing = GuessingPolicy(configuration.security.guessing)
    algorithms = configuration.sip.digest.compactMap { DigestAlgorithm(parameter: $0.rawValue) }
  }
}

extension GuessingPolicy {
  init(_ guessing: Configuration.Guessing) {
    self.init()
    tolerated = guessing.tolerated
    refused = guessing.refused
    delay = guessing.delay
    longestDelay = guessing.longestDelay
    forgiveness = guessing.forgiveness
    tracked = guessing.tracked
  }
}

extension Binding {
  /// Nil for a transport that this program does not know.
  init?(_ record: BindingRecord) {
    guard let transport = TransportProtocol(rawValue: record.transport) else { return nil }
    self.init(
      contact: record.contact, q: record.q,
      expiresAt: WallTime(nanoseconds: record.expiresAt), callID: record.callID,
      cseq: record.cseq,
      flow: BindingFlow(
        transport: transport, remote: record.received, listener: record.listener,
        connection: nil),
      userAgent: record.userAgent, instance: record.instance, regID: record.regID,
      path: record.path?.split(separator: "\n").map(String.init) ?? [],
      registeredAt: WallTime(nanoseconds: record.registeredAt))
  }
}

extension Configuration.Log {
  /// Writes lines to standard error as the configuration wants them.
  func handler(label: String) -> any LogHandler {
    var handler: any LogHandler =
      switch format {
      case .text: StreamLogHandler.standardError(label: label)
      case .json: JSONLogHandler(label: label)
      }
    handler.logLevel = .trace
    return LeveledLogHandler(handler)
  }
}

extension Configuration.Log.Level {
  var loggerLevel: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
