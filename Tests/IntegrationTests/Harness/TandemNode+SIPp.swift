import Foundation

extension TandemNode {
  /// Registers a subscriber, with digest, at a port of the loopback address.
  func register(
    _ subscriber: Subscriber = .bob, at port: Int, parameters: String = "", expires: Int = 600
  ) async throws {
    try await sipp(registering(subscriber, at: port, parameters: parameters, expires: expires))
      .finish()
  }

  func registering(
    _ subscriber: Subscriber, at port: Int, parameters: String = "", expires: Int = 600,
    scenario: String = "register", values: [String: String] = [:]
  ) -> SIPp {
    let contact = [
      "caller": subscriber.user, "domain": configuration.domain, "contact_port": "\(port)",
      "contact_parameters": parameters, "expires": "\(expires)",
    ]
    return SIPp(
      scenario: scenario, values: contact.merging(values, uniquingKeysWith: { $1 }),
      credentials: subscriber)
  }

  /// Starts a SIPp that calls or registers here.
  func sipp(_ sipp: SIPp) throws -> SIPpRun {
    var sipp = sipp
    sipp.values["domain"] = configuration.domain
    return try sipp.start(towards: sipAddress, folder: folder)
  }

  /// Starts a SIPp that is called, and returns when it listens.
  func callee(_ callee: SIPp) async throws -> SIPpRun {
    let run = try callee.start(folder: folder)
    let listens = try await eventually(within: .seconds(5)) {
      !Ports.isFree(callee.port, on: callee.address)
    }
    guard listens else { throw TestFailure("SIPp does not listen at \(callee.port)") }
    return run
  }

  /// Registers bob at each of the callees, and lets the caller call from the trusted address.
  /// Everybody's scenario must come to its end. Returns what the caller counted.
  @discardableResult
  func exchange(
    _ caller: SIPp, with callees: [SIPp], between: () async throws -> Void = {}
  ) async throws -> SIPpStatistics {
    var caller = caller
    caller.address = NodeConfiguration.trustedAddress
    var called: [SIPpRun] = []
    for var callee in callees {
      try await register(
        at: callee.port, parameters: callee.overTCP ? ";transport=tcp" : "")
      callee.calls = caller.calls
      called.append(try await self.callee(callee))
    }
    let calling = try sipp(caller)
    do {
      try await between()
      let statistics = try await calling.finish()
      for run in called { try await run.finish() }
      return statistics
    } catch {
      await calling.stop()
      for run in called { await run.stop() }
      throw error
    }
  }
}
