import Foundation

/// What a test changes in a node's configuration; the rest is as most tests want it.
struct NodeConfiguration {
  var address = "127.0.0.1"
  var sipPort = Ports.one()
  /// Nil: no listener for TLS.
  var tlsPort: Int?
  var httpPort = Ports.one()
  var mediaPorts = Ports.range(200)
  var anchor = "always"
  /// More keys of `sip`, in YAML's flow style: `ringTimeout: 2s`.
  var sip: [String] = []
  /// The keys of `callLog`, likewise.
  var callLog: [String] = []
  /// More keys of `http`, likewise.
  var http: [String] = []
  /// The keys of `log`, likewise.
  var log: [String] = []
  /// The keys of `services`, likewise.
  var services: [String] = []
  /// The keys of `security`, likewise.
  var security: [String] = []
  /// The keys of `limits`, likewise.
  var limits: [String] = []
  /// The keys of `dns`, likewise.
  var dns: [String] = []
  var domain = "example.test"
  var subscribers: [Subscriber] = [.alice, .bob]

  /// SIPp calls from here without digest.
  static let trustedAddress = "127.0.0.77"

  func yaml(folder: URL) -> String {
    let address = "\(address):\(sipPort)"
    let tls = tlsPort.map { ", tls:\(self.address):\($0)" } ?? ""
    let sip = sip.map { "\n  " + $0 }.joined()
    let subscribers = subscribers.map { "\n      - \($0.yaml)" }.joined()
    return """
      node: {name: a1, region: local, zone: a}
      store: sqlite:\(folder.appending(path: "tandem.db").path)
      sip:
        listen: [udp:\(address), tcp:\(address)\(tls)]
        trusted: [\(Self.trustedAddress)/32]\(sip)
      media: {address: \(self.address), ports: \(mediaPorts.lowerBound)-\(mediaPorts.upperBound), \
      anchor: \(anchor)}
      callLog: {\(callLog.joined(separator: ", "))}
      security: {\(security.joined(separator: ", "))}
      limits: {\(limits.joined(separator: ", "))}
      services: {\(services.joined(separator: ", "))}
      dns: {\(dns.joined(separator: ", "))}
      http: {\((["listen: 127.0.0.1:\(httpPort)"] + http).joined(separator: ", "))}
      log: {\(log.joined(separator: ", "))}
      domains:
        - name: \(domain)
          subscribers:\(subscribers)

      """
  }
}

/// Somebody who may register.
struct Subscriber {
  var user: String
  var password: String
  var number: String?

  static let alice = Subscriber(user: "alice", password: "secret1")
  static let bob = Subscriber(user: "bob", password: "secret2", number: "+15550002")

  var yaml: String {
    let number = number.map { ", number: \"\($0)\"" } ?? ""
    return "{user: \(user), password: \(password)\(number)}"
  }
}
