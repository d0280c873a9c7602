/// What a subscriber wants of the calls to it, and may do with its own.
package struct SubscriberSettings: Equatable, Sendable {
  package var forward = Forwarding()
  package var doNotDisturb = false
  /// Calls at a time, those that it makes and those that it gets; nil without a limit.
  package var maximumCalls: Int?
  /// Whom it may call; nil: everybody.
  package var mayCall: [DialRule]?

  package init(
    forward: Forwarding = Forwarding(), doNotDisturb: Bool = false, maximumCalls: Int? = nil,
    mayCall: [DialRule]? = nil
  ) {
    self.forward = forward
    self.doNotDisturb = doNotDisturb
    self.maximumCalls = maximumCalls
    self.mayCall = mayCall
  }
}

/// Where a subscriber's calls go that its phones do not take, each a `DialTarget` as written.
package struct Forwarding: Equatable, Sendable {
  /// Without trying its phones.
  package var always: String?
  /// Its phones refuse, or it is not to be disturbed, or has calls enough.
  package var busy: String?
  package var noAnswer: NoAnswer?
  /// It has no phone, or none that can be reached.
  package var unregistered: String?

  package struct NoAnswer: Equatable, Sendable {
    package var to: String
    /// How long its phones ring before; nil: as long as the node lets phones ring.
    package var after: Duration?

    package init(to: String, after: Duration? = nil) {
      self.to = to
      self.after = after
    }
  }

  package init(
    always: String? = nil, busy: String? = nil, noAnswer: NoAnswer? = nil,
    unregistered: String? = nil
  ) {
    self.always = always
    self.busy = busy
    self.noAnswer = noAnswer
    self.unregistered = unregistered
  }
}
