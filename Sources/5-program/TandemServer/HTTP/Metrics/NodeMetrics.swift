import Journaling
import MediaPlane
import SIPTransport
import Softswitch
import Storage

/// One reading of everything that a node counts.
struct NodeMetrics {
  let exchange: ExchangeCounters
  let calls: Int
  let heldCalls: Int
  let callTimers: Int
  let registrations: Int
  let subscriptions: Int
  let publications: Int
  let keptMessages: Int
  let unwrittenRecords: Int
  let media: MediaCounters
  let store: StoreMetrics
  let transport: TransportStatistics
  let log: JournalStatistics
  let isLogFailing: Bool
  let isDraining: Bool
  let subscribers: Int
  let recoveredCalls: Int
  let process: ProcessReading
  let naming: NamingMetrics
}

/// What became of names, and of the servers behind them.
struct NamingMetrics {
  let resolver: ResolverStatistics
  let failingServers: Int
  let serverFailures: Int
}

/// The reading as Prometheus wants it.
func nodeMetrics(_ metrics: NodeMetrics) -> String {
  var text = PrometheusText()
  addSignalling(metrics, to: &text)
  addPresence(metrics, to: &text)
  addTransport(metrics.transport, to: &text)
  addMedia(metrics.media, to: &text)
  addStorage(metrics, to: &text)
  addLog(metrics, to: &text)
  addProcess(metrics, to: &text)
  addNaming(metrics, to: &text)
  return text.text
}

private func addSignalling(_ metrics: NodeMetrics, to text: inout PrometheusText) {
  let exchange = metrics.exchange
  text.add("tandem_calls", .gauge, "Calls that are not over.", metrics.calls)
  text.add(
    "tandem_calls_held", .gauge,
    "Calls in progress, and those that are over and still absorb retransmissions.",
    metrics.heldCalls)
  text.add(
    "tandem_call_timers", .gauge, "Deadlines of calls that are waited for.", metrics.callTimers)
  text.add(
    "tandem_calls_opened_total", .counter, "INVITEs that opened a call.", exchange.callsOpened)
  text.add("tandem_calls_answered_total", .counter, "Calls answered.", exchange.callsAnswered)
  text.add("tandem_calls_ended_total", .counter, "Calls ended and recorded.", exchange.callsEnded)
  text.add("tandem_registrations", .gauge, "Live bindings.", metrics.registrations)
  text.add(
    "tandem_registrations_changed_total", .counter, "REGISTERs that changed a binding.",
    exchange.registrations)
  text.add("tandem_subscribers", .gauge, "Of the file and of the database.", metrics.subscribers)
  addMessages(exchange, to: &text)
  text.add(
    "tandem_authentication_challenges_total", .counter, "Requests asked for a password.",
    exchange.challenges)
  text.add(
    "tandem_authentication_failures_total", .counter, "Wrong, malformed or replayed credentials.",
    exchange.failedAuthentications)
  text.add(
    "tandem_authentication_delayed_total", .counter,
    "Answers to wrong passwords that were held for a while.", exchange.delayedAnswers)
  text.add(
    "tandem_authentication_refused_total", .counter,
    "Logins that were not looked at, after too many wrong passwords.", exchange.refusedLogins)
  addStrangers(exchange, to: &text)
}

private func addStrangers(_ exchange: ExchangeCounters, to text: inout PrometheusText) {
  text.add(
    "tandem_strangers_throttled_total", .counter,
    "Requests of sources without a password, beyond the rate; met with silence.",
    exchange.throttled)
  text.add(
    "tandem_strangers_scanners_total", .counter,
    "Requests of scanners that name themselves; met with silence.", exchange.ignoredScanners)
}

private func addMessages(_ exchange: ExchangeCounters, to text: inout PrometheusText) {
  text.add(
    "tandem_calls_ended_by_status_total", .counter,
    "Calls ended, by the SIP status of their record.", by: "status",
    exchange.callsEndedByStatus.sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value) })
  text.add("tandem_sip_requests_total", .counter, "SIP requests received.", exchange.requests)
  text.add(
    "tandem_sip_requests_by_method_total", .counter, "SIP requests received, by method.",
    by: "method", exchange.requestsByMethod.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  text.add("tandem_sip_responses_total", .counter, "SIP responses received.", exchange.responses)
  text.add(
    "tandem_sip_responses_by_status_total", .counter, "SIP responses received, by status.",
    by: "status",
    exchange.responsesByStatus.sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value) })
  text.add(
    "tandem_sip_dropped_total", .counter,
    "Messages dropped in silence: malformed, or answering nothing of ours.", exchange.dropped)
  text.add(
    "tandem_sip_refused_total", .counter, "Requests refused outside of calls, by status.",
    by: "status", exchange.refused.sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value) })
}

private func addPresence(_ metrics: NodeMetrics, to text: inout PrometheusText) {
  text.add("tandem_subscriptions", .gauge, "Subscriptions to events.", metrics.subscriptions)
  text.add(
    "tandem_notifications_total", .counter, "NOTIFY requests sent.",
    metrics.exchange.notifications)
  text.add("tandem_publications", .gauge, "Presence published.", metrics.publications)
  text.add("tandem_messages_kept", .gauge, "Messages kept for later.", metrics.keptMessages)
  text.add(
    "tandem_messages_kept_total", .counter, "Messages put on record for later.",
    metrics.exchange.messagesKept)
  text.add(
    "tandem_messages_delivered_total", .counter, "Messages that a phone has taken.",
    metrics.exchange.messagesDelivered)
}

private func addTransport(_ transport: TransportStatistics, to text: inout PrometheusText) {
  text.add(
    "tandem_transport_received_total", .counter, "SIP messages received, by transport.",
    by: "transport", transport.received.map { ($0.key.rawValue, $0.value) }.sorted { $0.0 < $1.0 })
  text.add(
    "tandem_transport_sent_total", .counter, "SIP messages sent, by transport.",
    by: "transport", transport.sent.map { ($0.key.rawValue, $0.value) }.sorted { $0.0 < $1.0 })
  text.add(
    "tandem_transport_dropped_total", .counter, "Datagrams and messages not taken, by reason.",
    by: "reason", transport.dropped.map { ("\($0.key)", $0.value) }.sorted { $0.0 < $1.0 })
  text.add(
    "tandem_stun_bindings_total", .counter, "Keep-alives by STUN that were answered.",
    transport.bindingsAnswered)
  text.add(
    "tandem_tls_handshakes_total", .counter, "Connections on which TLS was agreed on.",
    transport.handshakes)
  text.add(
    "tandem_connections", .gauge, "Open SIP connections.", transport.connections)
  text.add(
    "tandem_connections_accepted_total", .counter, "Connections that others opened.",
    transport.connectionsAccepted)
  text.add(
    "tandem_connections_opened_total", .counter, "Connections that the node opened.",
    transport.connectionsOpened)
}

private func addNaming(_ metrics: NodeMetrics, to text: inout PrometheusText) {
  let naming = metrics.naming
  text.add(
    "tandem_locations_total", .counter, "Names looked up for calls, by what came of it.",
    by: "outcome", metrics.exchange.located.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  text.add(
    "tandem_dns_questions_total", .counter, "Questions to DNS.", naming.resolver.questions)
  text.add(
    "tandem_dns_cached_total", .counter, "Questions that the cache answered.",
    naming.resolver.cached)
  text.add(
    "tandem_dns_unanswered_total", .counter, "Questions that DNS left unanswered.",
    naming.resolver.unanswered)
  text.add(
    "tandem_servers_failing", .gauge, "SIP servers that are avoided since they failed.",
    naming.failingServers)
  text.add(
    "tandem_server_failures_total", .counter,
    "SIP servers that were not there for a call: no transport, no response, or 503.",
    naming.serverFailures)
}

private func addMedia(_ media: MediaCounters, to text: inout PrometheusText) {
  text.add("tandem_media_streams", .gauge, "Media streams relayed.", media.streams)
  text.add(
    "tandem_media_packets_received_total", .counter, "Media packets received.",
    media.packetsReceived)
  text.add(
    "tandem_media_packets_forwarded_total", .counter, "Media packets forwarded.",
    media.packetsForwarded)
  text.add(
    "tandem_media_received_bytes_total", .counter, "Octets of media received (UDP payload).",
    media.octetsReceived)
  text.add(
    "tandem_media_dropped_total", .counter, "Media packets dropped, by reason.", by: "reason",
    media.drops.map { ("\($0.key)", $0.value) }.sorted { $0.0 < $1.0 })
  text.add(
    "tandem_media_ports", .gauge, "Pairs of media ports, by state.", by: "state",
    [
      ("in_use", media.portsInUse), ("ready", media.portsReady),
      ("quarantined", media.portsQuarantined), ("unbound", media.portsUnbound),
    ])
}

private func addStorage(_ metrics: NodeMetrics, to text: inout PrometheusText) {
  let store = metrics.store
  text.add("tandem_store_queued", .gauge, "Writes waiting for the database.", store.queued)
  text.add("tandem_store_written_total", .counter, "Writes on record.", store.written)
  text.add("tandem_store_groups_total", .counter, "Transactions that held them.", store.groups)
  text.add("tandem_store_failed_total", .counter, "Writes that failed.", store.failed)
  text.add(
    "tandem_store_refused_total", .counter, "Writes refused because too many were waiting.",
    store.refused)
  text.add(
    "tandem_call_records_waiting", .gauge, "Call records that are not on record yet.",
    metrics.unwrittenRecords)
}

private func addLog(_ metrics: NodeMetrics, to text: inout PrometheusText) {
  let log = metrics.log
  text.add(
    "tandem_call_log_failing", .gauge,
    "1 while the call log cannot be written: calls would not outlive the process.",
    metrics.isLogFailing ? 1 : 0)
  text.add("tandem_call_log_faults_total", .counter, "Failures of its disk.", log.faults)
  text.add(
    "tandem_call_log_dropped_total", .counter, "Records that its disk never took.", log.dropped)
  text.add("tandem_call_log_records_total", .counter, "Records written.", log.records)
  text.add("tandem_call_log_written_bytes_total", .counter, "Octets written.", log.bytes)
  text.add("tandem_call_log_writes_total", .counter, "Writes, one for each tick.", log.batches)
  text.add("tandem_call_log_syncs_total", .counter, "Syncs to the disk.", log.syncs)
  text.add("tandem_call_log_segments", .gauge, "Segments on the disk.", log.segments)
  text.add(
    "tandem_call_log_retained_bytes", .gauge, "Octets on the disk.", log.retainedBytes)
  text.add(
    "tandem_call_log_longest_write_seconds", .gauge, "The longest write so far.",
    log.longest.longestAppend / .seconds(1))
  text.add(
    "tandem_call_log_longest_sync_seconds", .gauge, "The longest sync so far.",
    log.longest.longestSync / .seconds(1))
}

private func addProcess(_ metrics: NodeMetrics, to text: inout PrometheusText) {
  text.add(
    "tandem_build_info", .gauge, "Always 1; the version stands in the label.", by: "version",
    [(tandemVersion, 1)])
  text.add(
    "tandem_draining", .gauge, "1 while the node takes no new calls.", metrics.isDraining ? 1 : 0)
  text.add(
    "tandem_recovered_calls", .gauge, "Calls that this process took up from the call log.",
    metrics.recoveredCalls)
  let process = metrics.process
  text.add(
    "process_cpu_seconds_total", .counter, "Processor time of this process.", process.cpuSeconds)
  text.add(
    "process_resident_memory_bytes", .gauge, "Memory of this process.", process.residentBytes)
  text.add("process_open_fds", .gauge, "Open file descriptors.", process.openDescriptors)
  text.add("process_max_fds", .gauge, "The most that may be open.", process.maximumDescriptors)
  text.add(
    "process_start_time_seconds", .gauge, "When this process began, since 1970.",
    process.startedSeconds)
}
