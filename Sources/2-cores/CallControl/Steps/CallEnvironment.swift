import Addressing
import Machines
import MediaControl
import SIP

/// What a call needs to know of its node: constants of the configuration.
package struct CallEnvironment: Sendable {
  package let nodeName: String
  package let userAgent: String
  package let timers: TransactionTimers
  /// How long a group of phones may ring.
  package let ringTimeout: Duration
  /// How long a call may last that nobody ends: parties can vanish without a word.
  package let longestCall: Duration
  /// The most phones that one call may try, stray answers of forks included.
  package let maximumLegs: Int
  /// How often one call may be sent on.
  package let maximumDiversions: Int
  /// How long a server may be silent while there is another one to ask.
  package let serverPatience: Duration
  /// By `ListenerID`.
  package let listeners: [ListenerAddress]
  package let anchoring: AnchoringPolicy
  package let media: MediaAddressing
  /// Who is told what is asserted of a caller, and believed in what it asserts (RFC 3325 §4).
  package let trusted: [IPNetwork]
  /// Nil: no session timers.
  package let sessionTimers: SessionTimerPolicy?

  package init(
    nodeName: String, userAgent: String, timers: TransactionTimers, ringTimeout: Duration,
    longestCall: Duration, maximumLegs: Int, maximumDiversions: Int = 5,
    listeners: [ListenerAddress], anchoring: AnchoringPolicy, media: MediaAddressing,
    trusted: [IPNetwork] = [], sessionTimers: SessionTimerPolicy? = nil,
    serverPatience: Duration = .seconds(4)
  ) {
    precondition(!listeners.isEmpty, "a node listens somewhere")
    self.nodeName = nodeName
    self.userAgent = userAgent
    self.timers = timers
    self.ringTimeout = ringTimeout
    self.longestCall = longestCall
    self.maximumLegs = min(maximumLegs, 250)
    self.maximumDiversions = maximumDiversions
    self.serverPatience = serverPatience
    self.listeners = listeners
    self.anchoring = anchoring
    self.media = media
    self.trusted = trusted
    self.sessionTimers = sessionTimers
  }

  func isTrusted(_ flow: Flow) -> Bool {
    trusted.contains { $0.contains(flow.remote.address) }
  }

  /// A call from the log may name a listener that the node no longer has: then what we say of
  /// ourselves is another one of its transport.
  func listener(of flow: Flow) -> ListenerAddress {
    let index = Int(flow.listener.index)
    if index < listeners.count, listeners[index].transport == flow.transport {
      return listeners[index]
    }
    return listeners.first { $0.transport == flow.transport } ?? listeners[0]
  }
}

/// A listening address as the peers see it.
package struct ListenerAddress: Equatable, Sendable {
  package let transport: TransportProtocol
  /// The advertised endpoint where one is configured, else the bound one.
  package let visible: IPEndpoint

  package init(transport: TransportProtocol, visible: IPEndpoint) {
    self.transport = transport
    self.visible = visible
  }

  /// Our Contact URI on this listener.
  ///
  /// - Parameter uri: what a dialog begins with: a `sips:` one wants the like (RFC 3261 §8.1.1.8,
  ///   §12.1.1).
  package func contact(beside uri: String) -> String {
    if transport == .tls, uri.isSecure { return "sips:\(visible)" }
    return transport == .udp ? "sip:\(visible)" : "sip:\(visible);transport=\(transport.rawValue)"
  }

  /// A Via value with the branch; `rport` asks for symmetric routing (RFC 3581 §3).
  package func via(branch: String) -> String {
    "SIP/2.0/\(transport.viaName) \(visible);branch=\(branch);rport"
  }
}

/// Where a call gets its media ports from. The shell's pool; an outcome is recorded as an event.
package protocol PortReserve {
  func reserve() -> PortPair?
}

extension String {
  /// A `sips:` URI; the scheme is written as one likes (RFC 3261 §19.1.4).
  fileprivate var isSecure: Bool {
    utf8.count > 5 && prefix(5).lowercased() == "sips:"
  }
}
