extension ConfigurationSchema {
  /// When a key counts that is changed while a node runs. A group or list that may be missing
  /// stands here too; its coming and going is a change of its own. What is in no line waits for the
  /// next process, which is always right, and a test fails.
  static func effect(of key: String) -> ConfigurationChange.Effect {
    let name = key.hasSuffix("[]") ? String(key.dropLast(2)) : key
    return immediate.contains(name) ? .now : .nextProcess
  }

  /// Read anew for each call, registration or connection, or replaced whole on the event loop.
  static let immediate: Set<String> = [
    "sip.trusted", "sip.digest", "sip.ringTimeout", "sip.longestCall", "sip.userAgent",
    "sip.timers.t1", "sip.timers.t2", "sip.timers.t4",
    "sip.sessionTimer.expires", "sip.sessionTimer.minimum",
    "sip.tls.certificate", "sip.tls.key", "sip.tls.authorities", "sip.tls.verifyServers",
    "sip.tls.requireClientCertificate", "sip.tls.minimumVersion",
    "media.anchor",
    "http.adminToken", "http.adminTokenFile",
    "domains", "domains[].name", "domains[].mayCall", "domains[].subscribers",
    "domains[].subscribers[].user", "domains[].subscribers[].password",
    "domains[].subscribers[].ha1", "domains[].subscribers[].ha1.MD5",
    "domains[].subscribers[].ha1.SHA-256", "domains[].subscribers[].ha1.SHA-512-256",
    "domains[].subscribers[].number", "domains[].subscribers[].doNotDisturb",
    "domains[].subscribers[].maximumCalls", "domains[].subscribers[].mayCall",
    "domains[].subscribers[].forward", "domains[].subscribers[].forward.always",
    "domains[].subscribers[].forward.busy", "domains[].subscribers[].forward.unregistered",
    "domains[].subscribers[].forward.noAnswer", "domains[].subscribers[].forward.noAnswer.to",
    "domains[].subscribers[].forward.noAnswer.after",
    "groups", "groups[].name", "groups[].domain", "groups[].number", "groups[].strategy",
    "groups[].members", "groups[].ringTimeout", "groups[].skipBusy", "groups[].then",
    "routing.maximumDiversions", "routing.doNotDisturbStatus",
    "registrar.minimumExpires", "registrar.maximumExpires", "registrar.defaultExpires",
    "registrar.maximumBindings", "registrar.replace", "registrar.path", "registrar.flowTimer",
    "services.echo", "services.milliwatt", "services.notFound",
    "services.clock", "services.clock.numbers", "services.clock.zone", "services.clock.clips",
    "services.announcements", "services.announcements[].number",
    "services.announcements[].file", "services.announcements[].repeat",
    "limits.calls", "limits.registrations",
    "callLog.whenFailing", "callLog.atStop",
    "security.guessing.tolerated", "security.guessing.refused", "security.guessing.delay",
    "security.guessing.longestDelay", "security.guessing.forgiveness",
    "security.guessing.tracked",
    "log.level",
  ]

  /// Listeners are opened at once and closed by the next process (`ConfigurationSchema.listeners`).
  ///
  /// Bound, opened or sized when a process begins.
  static let lasting: Set<String> = [
    "node.name", "node.region", "node.zone", "store",
    "sip.listen", "sip.listen[].address", "sip.listen[].advertise",
    "media.address", "media.advertise", "media.address6", "media.advertise6", "media.ports",
    "media.inactivity", "media.quarantine", "media.threads",
    "http", "http.listen",
    "limits.connections", "limits.messageBytes", "limits.pendingWrites", "limits.nonces",
    "callLog.directory", "callLog.durability", "callLog.retention", "callLog.megabytes",
    "security.deny", "security.allow", "security.strangers.rate", "security.strangers.burst",
    "security.strangers.tracked", "security.strangers.ignoreUserAgents",
    "dns.servers", "dns.timeout", "dns.tries", "dns.patience", "dns.pause", "dns.cacheEntries",
    "log.format",
  ]

  /// Nothing but the name of what is inside.
  static let groups: Set<String> = [
    "node", "sip", "sip.timers", "sip.sessionTimer", "sip.tls", "media", "routing", "registrar",
    "services", "limits", "callLog", "security", "security.guessing",
    "security.strangers", "dns", "log",
  ]
}
