import Addressing

extension ConfigurationSchema {
  static var dns: Section<Configuration.DNS> {
    let initial = Configuration.DNS()
    return Section(
      title: "dns", initial: initial,
      fields: [
        .optional(
          "servers", \.servers, .list("list of servers", of: .nameServer, count: 0...8),
          default: initial,
          "the DNS servers that are asked, as an address or address:port; "
            + "none: those of `/etc/resolv.conf`"),
        .optional(
          "timeout", \.timeout, .duration(in: .milliseconds(50)...(.seconds(30))),
          default: initial,
          "how long a DNS server's answer is waited for; each further try waits twice as long"),
        .optional(
          "tries", \.tries, .integer(in: 1...5), default: initial,
          "how often each DNS server is asked"),
        .optional(
          "patience", \.patience, .duration(in: .milliseconds(100)...(.seconds(32))),
          default: initial,
          "how long a SIP server may be silent while its name has another one to try"),
        .optional(
          "pause", \.pause, .duration(in: .seconds(1)...(.seconds(3600))), default: initial,
          "how long a SIP server that failed is avoided; twice as long with each further failure, "
            + "to five minutes"),
        .optional(
          "cacheEntries", \.cacheEntries, .integer(in: 100...1_000_000), default: initial,
          "answers of DNS that are kept for as long as they last"),
      ])
  }
}

extension ValueReader where Value == IPEndpoint {
  /// `192.0.2.53`, or `192.0.2.53:5353`.
  static var nameServer: ValueReader {
    .scalar("address, or address:port", example: "192.0.2.53", text: { $0.description }) {
      written throws(Wrong) in
      if let address = IPAddress(written) { return IPEndpoint(address, 53) }
      if let endpoint = IPEndpoint(written), endpoint.port != 0 { return endpoint }
      throw Wrong("is not a DNS server; write an address such as 192.0.2.53, or 192.0.2.53:5353")
    }
  }
}
