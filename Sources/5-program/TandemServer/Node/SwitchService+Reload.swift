import Logging
import NIOPosix
import Softswitch

// Another configuration while the node runs.
extension SwitchService {
  func reload(isTrial: Bool) async throws -> ReloadDocument {
    let result = await afterOtherReadings { await self.readConfigurationAgain(isTrial) }
    return try result.get()
  }

  /// Prepares all that can fail, and then applies it at once.
  private func readConfigurationAgain(
    _ isTrial: Bool
  ) async -> Result<ReloadDocument, any Error> {
    let node = node
    let shown = certificate
    do {
      let prepared = try await NIOThreadPool.singleton.runIfActive {
        try PreparedReload(
          ConfigurationSource(file: node.source.file), for: node, showing: shown)
      }
      if !isTrial { try await apply(prepared) }
      return .success(
        ReloadDocument(file: node.source.file, isApplied: !isTrial, prepared.changes))
    } catch {
      if !isTrial {
        node.logger.error(
          "the configuration was not reloaded: nothing has changed",
          metadata: ["error": "\(error)"])
      }
      return .failure(error)
    }
  }

  /// - Throws: a listener that cannot be had; then nothing has changed.
  private func apply(_ prepared: PreparedReload) async throws {
    // The last thing that can fail. What arrives there before the exchange knows it is dropped.
    let opened = try await node.transport.add(prepared.addedListeners)
    if !opened.isEmpty {
      listeners += opened.map { "\($0)" }
      node.keeper?.keep(listeners: node.transport.listening)
    }
    if let certificate = prepared.certificate {
      await node.transport.replaceCertificate(certificate.context)
    }
    certificate = prepared.certificate
    let old = await node.loop.change { loop in
      let old = loop.exchange.directory
      loop.reconfigure(prepared.settings, prepared.services)
      return old
    }
    node.running.replace(by: prepared.configuration)
    RunningLogLevel.current = prepared.configuration.log.level.loggerLevel
    roster = prepared.roster
    revision = prepared.revision
    await removeBindings(ofThoseIn: old, butNotIn: prepared.settings.directory)
    keepApplied(prepared.source)
    report(prepared)
  }

  private func report(_ prepared: PreparedReload) {
    if let warning = prepared.warning {
      node.logger.warning("calls are sent to nobody", metadata: ["targets": "\(warning)"])
    }
    let waiting = prepared.changes.filter { $0.needs == .nextProcess }
    node.logger.notice(
      "the configuration was reloaded",
      metadata: ["changes": "\(prepared.changes.count - waiting.count)"])
    if !waiting.isEmpty {
      node.logger.warning(
        "some changes wait for another process: tandem upgrade",
        metadata: ["keys": "\(waiting.prefix(20).map(\.path).joined(separator: " "))"])
    }
  }

  /// For the next process, should this one die while somebody edits the file.
  func keepApplied(_ source: ConfigurationSource) {
    do {
      try AppliedConfiguration(store: node.configuration.store.path).keep(source.text)
    } catch {
      node.logger.warning(
        "the configuration could not be kept beside the database",
        metadata: ["error": "\(error)"])
    }
  }
}
