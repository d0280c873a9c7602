/// A peer-to-peer relationship between two user agents: RFC 3261 §12.
///
/// A value that folds: it changes only by its mutating functions, which its owner calls from an
/// event. Addresses and routes are kept as the texts that go into headers again unchanged.
public struct Dialog: Hashable, Sendable {
  public let callID: String
  public private(set) var localTag: String
  /// Empty until the peer's first response with a tag.
  public private(set) var remoteTag: String
  /// Our name-addr as From (or To) writes it, without the tag.
  public let localAddress: String
  /// The peer's, likewise.
  public let remoteAddress: String
  /// The URI in the peer's Contact.
  public private(set) var remoteTarget: String
  /// Route values, nearest hop first.
  public private(set) var routeSet: [String]
  public private(set) var localCSeq: UInt32
  public private(set) var remoteCSeq: UInt32?

  public init(
    callID: String, localTag: String, remoteTag: String = "", localAddress: String,
    remoteAddress: String, remoteTarget: String, routeSet: [String] = [], localCSeq: UInt32,
    remoteCSeq: UInt32? = nil
  ) {
    self.callID = callID
    self.localTag = localTag
    self.remoteTag = remoteTag
    self.localAddress = localAddress
    self.remoteAddress = remoteAddress
    self.remoteTarget = remoteTarget
    self.routeSet = routeSet
    self.localCSeq = localCSeq
    self.remoteCSeq = remoteCSeq
  }

  /// The answer (or a first provisional response) fixes the peer's side: §12.1.2.
  public mutating func establish(remoteTag: String, remoteTarget: String?, routeSet: [String]) {
    self.remoteTag = remoteTag
    if let remoteTarget { self.remoteTarget = remoteTarget }
    self.routeSet = routeSet
  }

  /// One of several early dialogs became the one: §12.1.1.
  public mutating func settle(localTag: String) {
    self.localTag = localTag
  }

  /// A target refresh request or its 2xx: §12.2.
  public mutating func refresh(remoteTarget: String) {
    self.remoteTarget = remoteTarget
  }

  public mutating func advance(localCSeq: UInt32) {
    self.localCSeq = localCSeq
  }

  public mutating func advance(remoteCSeq: UInt32) {
    self.remoteCSeq = remoteCSeq
  }

  /// Whether a request with this number is in order: §12.2.2. Equal numbers are
  /// retransmissions, which the transactions recognise before this is asked.
  public func accepts(cSeq: UInt32) -> Bool {
    guard let remoteCSeq else { return true }
    return cSeq > remoteCSeq
  }
}

extension Dialog {
  /// The header lines that every request in the dialog begins with: §12.2.1.1.
  public func request(
    _ method: SIPMethod, cSeq: UInt32, via: String, maxForwards: Int = 70
  ) -> MessageWriter {
    let (uri, routes) = requestTarget
    var writer = MessageWriter(request: method, uri: uri)
    writer.add(.via, via)
    writer.add(.maxForwards, maxForwards)
    for route in routes { writer.add(.route, route) }
    writer.add(.from, localAddress, tag: localTag)
    writer.add(.to, remoteAddress, tag: remoteTag.isEmpty ? nil : remoteTag)
    writer.add(.callID, callID)
    writer.add(CSeq(cSeq, method))
    return writer
  }

  /// Our name-addr with our tag.
  public var local: String { "\(localAddress);tag=\(localTag)" }

  /// The peer's name-addr, with its tag once there is one.
  public var remote: String {
    remoteTag.isEmpty ? remoteAddress : "\(remoteAddress);tag=\(remoteTag)"
  }

  /// The Request-URI and Route values of the next request. With a strict router in front, the
  /// Request-URI is that router's and our target goes last.
  public var requestTarget: (uri: String, routes: [String]) {
    guard let first = routeSet.first, let hop = AddressView(first)?.uri, !hop.isLooseRouter else {
      return (remoteTarget, routeSet)
    }
    return (hop.text, routeSet.dropFirst() + ["<\(remoteTarget)>"])
  }

  /// The URI whose host the next request goes to: the first route, or the target.
  public var nextHop: String {
    routeSet.first.flatMap { AddressView($0)?.uri?.text } ?? remoteTarget
  }
}

extension URI {
  /// Whether a route's URI carries `lr`: RFC 3261 §16.12.
  fileprivate var isLooseRouter: Bool {
    if case .sip(let uri) = self { uri.isLooseRouter } else { false }
  }
}
