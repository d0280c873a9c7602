import Journaling
import MediaPlane
import SIPTransport
import Softswitch
import Storage

/// One reading of everything that a node counts.
struct NodeMetrics {
  let exchange: ExchangeCounters
  let calls: Int
  let registrations: Int
  let unwrittenRecords: Int
  let media: MediaCounters
  let store: StoreMetrics
  let transport: TransportStatistics
  let log: JournalStatistics
  let isLogFailing: Bool
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
  addTransport(metrics.transport, to: &text)
  addMedia(metrics.media, to: &text)
  addStorage(metrics, to: &text)
  addLog(metrics, to: &text)
  addNaming(metrics, to: &text)
  return text.text
}

private func addSignalling(_ metrics: NodeMetrics, to text: inout PrometheusText) {
  let exchange = metrics.exchange
  text.add("tandem_calls", .gauge, "Calls that are not over.", metrics.calls)
  text.add(
    "tandem_calls_opened_total", .counter, "INVITEs that opened a call.", exchange.callsOpened)
  text.add("tandem_calls_answered_total", .counter, "Calls answered.", exchange.callsAnswered)
  text.add("tandem_calls_ended_total", .counter, "Calls ended and recorded.", exchange.callsEnded)
  text.add("tandem_registrations", .gauge, "Live bindings.", metrics.registrations)
  text.add(
    "tandem_registrations_changed_total", .counter, "REGISTERs that changed a binding.",
    exchange.registrations)
  text.add("tandem_sip_requests_total", .counter, "SIP requests received.", exchange.requests)
  text.add("tandem_sip_responses_total", .counter, "SIP responses received.", exchange.responses)
  text.add(
    "tandem_sip_dropped_total", .counter,
    "Messages dropped in silence: malformed, or answering nothing of ours.", exchange.dropped)
  text.add(
    "tandem_sip_refused_total", .counter, "Requests refused outside of calls, by status.",
    by: "status", exchange.refused.sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value) })
  text.add(
    "tandem_authentication_failures_total", .counter, "Wrong, malformed or replayed credentials.",
    exchange.failedAuthentications)
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
    "tandem_connections", .gauge, "Open SIP connections.", transport.connections)
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
    "tandem_media_octets_received_total", .counter, "Octets of media received (UDP payload).",
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
  text.add("tandem_call_log_octets_total", .counter, "Octets written.", log.bytes)
  text.add("tandem_call_log_writes_total", .counter, "Writes, one for each tick.", log.batches)
  text.add("tandem_call_log_syncs_total", .counter, "Syncs to the disk.", log.syncs)
  text.add("tandem_call_log_segments", .gauge, "Segments on the disk.", log.segments)
  text.add(
    "tandem_call_log_retained_octets", .gauge, "Octets on the disk.", log.retainedBytes)
  text.add(
    "tandem_call_log_longest_write_seconds", .gauge, "The longest write so far.",
    log.longest.longestAppend / .seconds(1))
  text.add(
    "tandem_call_log_longest_sync_seconds", .gauge, "The longest sync so far.",
    log.longest.longestSync / .seconds(1))
}
