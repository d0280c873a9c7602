import Addressing

extension ConfigurationSchema {
  static var sip: Section<Configuration.SIP> {
    let initial = Configuration.SIP()
    return Section(
      title: "sip", initial: initial,
      fields: [
        .required(
          "listen", \.listen, listeners,
          "where to take SIP: `udp:10.0.0.5:5060`, `tcp:…`, `tls:10.0.0.5:5061`, with the address that others reach after a "
            + "slash: `udp:10.0.0.5:5060/203.0.113.9`"),
        .optional(
          "trusted", \.trusted, .list("list of networks", of: .network), default: initial,
          "sources that call without a password"),
        .optional(
          "digest", \.digest, .list("list of algorithms", of: .choice, count: 1...3),
          default: initial,
          "the algorithms to challenge with, the preferred first: `SHA-512-256`, `SHA-256`, `MD5`; "
            + "many phones give up when MD5 is not the first or the only one"),
        .optional(
          "timers", \.timers, timers.reader, default: initial,
          "the base values of RFC 3261 §17"),
        .optional(
          "ringTimeout", \.ringTimeout, .duration(in: .seconds(1)...(.seconds(3600))),
          default: initial, "how long a phone may ring before the call is given up"),
        .optional(
          "longestCall", \.longestCall, .duration(in: .seconds(60)...(.seconds(7 * 86_400))),
          default: initial, "when a call is ended that nobody has ended"),
        .optional(
          "sessionTimer", \.sessionTimer, sessionTimer.reader, default: initial,
          "how long a call lasts that its parties do not refresh (RFC 4028)"),
        .optional(
          "userAgent", \.userAgent, .text(example: "Tandem"), default: initial,
          "the text of the Server and User-Agent headers"),
        .optional(
          "tls", \.tls, tls.reader, default: initial,
          "what listeners for TLS show to others, and ask of them"),
      ])
  }

  /// A running process opens listeners and closes none: calls and connections hang on them. Each
  /// keeps its place, by which flows name it.
  private static var listeners: ValueReader<[ListenAddress]> {
    var reader = ValueReader<[ListenAddress]>.list(
      "list of listeners", of: .listen, count: 1...64)
    reader.hold = { new, old, _ in
      old
        + new.filter { added in
          !old.contains {
            $0.bound == added.bound && $0.transport.socket == added.transport.socket
          }
        }
    }
    return reader
  }

  private static var tls: Section<Configuration.TLS> {
    let initial = Configuration.TLS()
    let file = ValueReader<String>.path(example: "/etc/tandem/tls.pem")
    return Section(
      title: "sip.tls", initial: initial,
      fields: [
        .optional(
          "certificate", \.certificate, file,
          "a file of PEM: the certificate, and those that vouch for it; without it the node makes "
            + "one, which hides calls from listeners but proves nothing"),
        .optional(
          "key", \.key, file,
          "the certificate's key, PEM; in the file of the certificate when left out"),
        .optional(
          "authorities", \.authorities, file,
          "a file of PEM with the certificates to verify others by; the system's when left out"),
        .optional(
          "verifyServers", \.verifyServers, .truth, default: initial,
          "whether a server that the node connects to has to show a certificate that is good for "
            + "its address"),
        .optional(
          "requireClientCertificate", \.requireClientCertificate, .truth, default: initial,
          "whether whoever connects has to show a certificate of one of the authorities"),
        .optional(
          "minimumVersion", \.minimumVersion, .choice, default: initial,
          "the oldest version of TLS that is spoken"),
      ],
      check: { tls, node, reading in
        if tls.key != nil, tls.certificate == nil {
          reading.report(
            "sip.tls: there is a key, but no certificate; add \"certificate\"", at: node)
        }
      })
  }

  private static var sessionTimer: Section<Configuration.SessionTimer> {
    let initial = Configuration.SessionTimer()
    let longest = Duration.seconds(7 * 86_400)
    return Section(
      title: "sip.sessionTimer", initial: initial,
      fields: [
        .optional(
          "expires", \.expires, .duration(in: .zero...longest), default: initial,
          "the session interval to ask for; `0s` for no session timers"),
        .optional(
          "minimum", \.minimum, .duration(in: .seconds(3)...longest), default: initial,
          "the shortest interval to take; a shorter one is answered 422. Less than 90 s is against "
            + "RFC 4028 §5, and good for tests"),
      ],
      check: { timer, node, reading in
        if timer.expires > .zero, timer.expires < timer.minimum {
          reading.report("sip.sessionTimer: expires must not be shorter than minimum", at: node)
        }
      })
  }

  private static var timers: Section<Configuration.Timers> {
    let initial = Configuration.Timers()
    let range = Duration.milliseconds(10)...Duration.seconds(60)
    return Section(
      title: "sip.timers", initial: initial,
      fields: [
        .optional(
          "t1", \.t1, .duration(in: range), default: initial,
          "the round trip that is assumed; a request is given up after 64 of it"),
        .optional(
          "t2", \.t2, .duration(in: range), default: initial,
          "the longest pause between retransmissions"),
        .optional(
          "t4", \.t4, .duration(in: range), default: initial,
          "how long a message may stay in the network"),
      ],
      check: { timers, node, reading in
        if timers.t2 < timers.t1 {
          reading.report("sip.timers: t2 must not be shorter than t1", at: node)
        }
      })
  }

  static var registrar: Section<Configuration.Registrar> {
    let initial = Configuration.Registrar()
    let range = Duration.seconds(1)...Duration.seconds(7 * 86_400)
    return Section(
      title: "registrar", initial: initial,
      fields: [
        .optional(
          "minimumExpires", \.minimumExpires, .duration(in: range), default: initial,
          "the shortest registration; a shorter one is answered 423"),
        .optional(
          "maximumExpires", \.maximumExpires, .duration(in: range), default: initial,
          "the longest registration; a longer one is shortened"),
        .optional(
          "defaultExpires", \.defaultExpires, .duration(in: range), default: initial,
          "for a phone that does not say"),
        .optional(
          "maximumBindings", \.maximumBindings, .integer(in: 1...100), default: initial,
          "phones that one subscriber may register"),
        .optional(
          "replace", \.replace, .choice, default: initial,
          "`instance`: a phone that registers anew from elsewhere takes the place of its old "
            + "registration, known by `+sip.instance`; `contact`: every contact is a phone"),
        .optional(
          "path", \.path, .choice, default: initial,
          "whose Path (RFC 3327) is taken: that of phones that say `Supported: path`, everybody's "
            + "(`always`), nobody's (`never`); the others are answered 420"),
        .optional(
          "flowTimer", \.flowTimer, .duration(in: .zero...(.seconds(3600))), default: initial,
          "how often a phone with outbound (RFC 5626) is asked to show that its connection lives; "
            + "`0s` asks nothing"),
      ],
      check: { registrar, node, reading in
        let (least, most) = (registrar.minimumExpires, registrar.maximumExpires)
        if least > most {
          reading.report(
            "registrar: minimumExpires must not be longer than maximumExpires", at: node)
        } else if !(least...most).contains(registrar.defaultExpires) {
          reading.report(
            "registrar: defaultExpires must lie between minimumExpires and maximumExpires",
            at: node)
        }
      })
  }
}
