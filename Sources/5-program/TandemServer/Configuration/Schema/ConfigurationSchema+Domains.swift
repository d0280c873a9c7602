import Softswitch

extension ConfigurationSchema {
  static var domain: Section<Configuration.Domain> {
    let initial = Configuration.Domain()
    return Section(
      title: "a domain", initial: initial,
      fields: [
        .required("name", \.name, .domainName, "the part of addresses after the @"),
        .optional(
          "mayCall", \.mayCall, dialRules,
          "whom its subscribers may call, unless they have rules of their own: internal, "
            + "services, prefixes, and \"!\" before those that are denied; the longest decides"),
        .optional(
          "subscribers", \.subscribers, .list("list of subscribers", of: subscriber),
          default: initial,
          "who has an account here; `tandem user add` keeps further ones in the store"),
      ])
  }

  private static var subscriber: ValueReader<Configuration.Subscriber> {
    let entry = subscriberEntry.reader
    var reader = ValueReader<Configuration.Subscriber>(
      type: entry.type, text: { _ in nil }, keys: entry.keys
    ) { node, path, reading in entry.read(node, path, &reading).flatMap(\.subscriber) }
    reader.describe = { entry.entries(of: SubscriberEntry($0), at: $1) }
    reader.label = { $0.user }
    return reader
  }

  private static var subscriberEntry: Section<SubscriberEntry> {
    Section(
      title: "a subscriber", initial: SubscriberEntry(),
      fields: [
        .required(
          "user", \.user, .userName, "the part of the address before the @"),
        .optional(
          "password", \.password, .password,
          "what the phone logs in with; kept in memory as hashes only"),
        .optional(
          "ha1", \.hashes, hashes.reader,
          "instead of the password: its hashes, of `user:domain:password`"),
        .optional(
          "number", \.number, .number,
          "an E.164 number that also reaches the subscriber, in quotes"),
        .optional(
          "forward", \.settings.forward, forwarding.reader, default: SubscriberEntry(),
          "where calls go that the subscriber's phones do not take"),
        .optional(
          "doNotDisturb", \.settings.doNotDisturb, .flag, default: SubscriberEntry(),
          "whether the phones are left in peace"),
        .optional(
          "maximumCalls", \.settings.maximumCalls, .integer(in: 1...10_000),
          "calls at a time, in both directions"),
        .optional("mayCall", \.settings.mayCall, dialRules, "whom the subscriber may call"),
      ],
      check: { entry, node, reading in
        if entry.password != nil, entry.hashes != nil {
          reading.report(
            "the subscriber \(entry.user) has both password and ha1; keep one", at: node)
        } else if entry.subscriber == nil {
          reading.report(
            "the subscriber \(entry.user) lacks the key \"password\" (or \"ha1\")", at: node)
        }
      })
  }

  private static var hashes: Section<Configuration.HashedPassword> {
    Section(
      title: "ha1", initial: Configuration.HashedPassword(),
      fields: [
        .optional("MD5", \.md5, .hash(digits: 32), "for phones that know nothing better"),
        .optional("SHA-256", \.sha256, .hash(digits: 64), "RFC 7616"),
        .optional("SHA-512-256", \.sha512_256, .hash(digits: 64), "RFC 7616"),
      ],
      check: { hashes, node, reading in
        if hashes == Configuration.HashedPassword() {
          reading.report("ha1 holds no hash; write MD5, SHA-256 or SHA-512-256", at: node)
        }
      })
  }
}

/// A subscriber as written: one of the two ways to say the password is still to be found there.
private struct SubscriberEntry {
  var user = ""
  var password: Secret?
  var hashes: Configuration.HashedPassword?
  var number: String?
  var settings = SubscriberSettings()

  init() {}

  init(_ subscriber: Configuration.Subscriber) {
    user = subscriber.user
    number = subscriber.number
    settings = subscriber.settings
    switch subscriber.credential {
    case .password(let secret): password = secret
    case .hashes(let given): hashes = given
    }
  }

  var subscriber: Configuration.Subscriber? {
    let credential: Configuration.Credential
    switch (password, hashes) {
    case (let password?, nil): credential = .password(password)
    case (nil, let hashes?): credential = .hashes(hashes)
    default: return nil
    }
    return Configuration.Subscriber(
      user: user, number: number, credential: credential, settings: settings)
  }
}
