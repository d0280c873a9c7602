import Foundation
import Testing

@testable import TandemServer

/// The sample with one part replaced by something wrong, and what is said about it.
struct Mistake: Sendable, CustomTestStringConvertible {
  let part: String
  let wrong: String
  let problems: [String]

  init(_ part: String, _ wrong: String, _ problems: String...) {
    self.part = part
    self.wrong = wrong
    self.problems = problems
  }

  var testDescription: String { wrong }
}

@Suite("Telling what is wrong")
struct ProblemTests {
  private func problems(_ text: String) -> [String] {
    do {
      _ = try readConfiguration(text, file: "t.yaml")
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  private func check(_ mistake: Mistake) throws {
    try #require(sample.contains(mistake.part))
    let text = sample.replacingOccurrences(of: mistake.part, with: mistake.wrong)
    #expect(problems(text) == mistake.problems)
  }

  @Test(
    "Unknown keys name the right one",
    arguments: [
      Mistake(
        "address: 127", "adress: 127",
        #"t.yaml:6: unknown key "adress" in media; did you mean "address"?"#),
      Mistake(
        "  trusted:", "  tursted:",
        #"t.yaml:5: unknown key "tursted" in sip; did you mean "trusted"?"#),
      Mistake(
        "  trusted:", "  ring_timeout: 5s\n  trusted:",
        #"t.yaml:5: unknown key "ring_timeout" in sip; did you mean "ringTimeout"?"#),
      Mistake(
        "  trusted:", "  ports: 1024-2047\n  trusted:",
        #"t.yaml:5: unknown key "ports" in sip; it belongs in media"#),
      Mistake(
        "http: {listen", "http: {color: red, listen",
        #"t.yaml:7: unknown key "color" in http; the keys are listen, adminToken, adminTokenFile"#),
      Mistake(
        "http:", "htpt:",
        #"t.yaml:7: unknown key "htpt" in the top level; did you mean "http"?"#),
      Mistake(
        "user: alice", "user: alice, nubmer: 1",
        #"t.yaml:11: unknown key "nubmer" in a subscriber; did you mean "number"?"#),
      Mistake(
        "http:", "[1, 2]: 3\nhttp:", "t.yaml:7: a key must be a plain word; this is a list"),
    ])
  func unknownKeys(_ mistake: Mistake) throws { try check(mistake) }

  @Test(
    "Wrong values say what to write instead",
    arguments: [
      Mistake(
        "ports: 20000-20999", "ports: 20999-20000",
        #"t.yaml:6: media.ports: "20999-20000" is reversed; write 20000-20999"#),
      Mistake(
        "ports: 20000-20999", "ports: 20001-20999",
        #"t.yaml:6: media.ports: "20001-20999" begins with an odd port, but RTP takes the even "#
          + "one of a pair; write 20000-20999 or 20002-20999"),
      Mistake(
        "ports: 20000-20999", "ports: 20000-20002",
        #"t.yaml:6: media.ports: "20000-20002" is too small: a call takes four ports"#),
      Mistake(
        "ports: 20000-20999", "ports: 1000-2000",
        #"t.yaml:6: media.ports: "1000-2000" begins with ports of the system's; begin at 1024"#),
      Mistake(
        "ports: 20000-20999", "ports: 20000-70000",
        #"t.yaml:6: media.ports: "20000-70000" is not a port range; "#
          + "write the first and the last, such as 20000-39999"),
      Mistake(
        "ports: 20000-20999", "ports: ~",
        "t.yaml:6: media.ports: nothing stands here; write one value, such as 20000-39999"),
      Mistake(
        "ports: 20000-20999", "ports: [1, 2]",
        "t.yaml:6: media.ports: this is a list; write one value, such as 20000-39999"),
      Mistake(
        "anchor: always", "anchor: allways",
        #"t.yaml:6: media.anchor: "allways" is not known; did you mean "always"?"#),
      Mistake(
        "anchor: always", "anchor: true",
        #"t.yaml:6: media.anchor: "true" is not known; write one of always, never, nat"#),
      Mistake(
        "anchor: always", "inactivity: 60",
        #"t.yaml:6: media.inactivity: "60" is not a duration; "#
          + "write a whole number and ms, s, m, h or d, such as 60s"),
      Mistake(
        "anchor: always", "inactivity: 99999999999999999999s",
        #"t.yaml:6: media.inactivity: "99999999999999999999s" is not a duration; "#
          + "write a whole number and ms, s, m, h or d, such as 60s"),
      Mistake(
        "anchor: always", "quarantine: 1h",
        #"t.yaml:6: media.quarantine: "1h" is not from 100ms to 10m"#),
      Mistake(
        "anchor: always", "threads: 0",
        #"t.yaml:6: media.threads: "0" is not from 1 to 64"#),
      Mistake(
        "anchor: always", "threads: two",
        #"t.yaml:6: media.threads: "two" is not a whole number"#),
      Mistake(
        "address: 127.0.0.1", "address: localhost",
        #"t.yaml:6: media.address: "localhost" is not an IP address; "#
          + "write one such as 192.0.2.1 or 2001:db8::1"),
      Mistake(
        "address: 127.0.0.1", "address: 0.0.0.0",
        "t.yaml:6: media: 0.0.0.0 is every address, so that SDP must name one: "
          + #"add "advertise" with the address that others reach"#),
      Mistake(
        "address: 127.0.0.1", "address: 127.0.0.1, advertise: '::1'",
        "t.yaml:6: media: it advertises ::1, which is of another family than the address it "
          + "listens on"),
      Mistake(
        "{listen: 127.0.0.1:8080}", "{listen: 127.0.0.1}",
        #"t.yaml:7: http.listen: "127.0.0.1" lacks a port; write 127.0.0.1:8080"#),
      Mistake(
        "[127.0.0.77/32]", "127.0.0.77/32",
        "t.yaml:5: sip.trusted: this is a single value; "
          + #"a list is written [a, b], or one line "- a" for each"#),
      Mistake(
        "[127.0.0.77/32]", "[127.0.0.77/33]",
        #"t.yaml:5: sip.trusted: "127.0.0.77/33" is not a network; "#
          + "write one such as 192.0.2.0/24, or a single address"),
      Mistake(
        "{listen: 127.0.0.1:8080}", "8080",
        "t.yaml:7: http: this is a single value; write keys and values: {listen: …, adminToken: …, adminTokenFile: …}"
      ),
      Mistake(
        "sqlite:/var/lib/tandem/tandem.db", "/var/lib/tandem.db",
        #"t.yaml:2: store: "/var/lib/tandem.db" is not a store; write sqlite:/var/lib/tandem.db"#),
      Mistake(
        "sqlite:/var/lib/tandem/tandem.db", "sqlite://host/x.db",
        #"t.yaml:2: store: "sqlite://host/x.db" names a host; "#
          + "write sqlite: and the path, such as sqlite:/var/lib/tandem/tandem.db"),
      Mistake(
        "sqlite:/var/lib/tandem/tandem.db", "'sqlite:'",
        #"t.yaml:2: store: "sqlite:" names no file; write sqlite:/var/lib/tandem/tandem.db"#),
      Mistake(
        "name: a1", "name: a 1",
        #"t.yaml:1: node.name: "a 1" is not a name; "#
          + "write 1 to 63 letters, digits and -_., such as a1"),
      Mistake(
        "name: example.test", "name: sip:example.test",
        #"t.yaml:9: domains.name: "sip:example.test" is not a domain name; "#
          + "write one such as example.test, without sip:"),
      Mistake(
        "\"+15550002\"", "15550002",
        #"t.yaml:12: domains.subscribers.number: "15550002" is not an E.164 number; "#
          + #"write +, the country code and the number, digits only, such as "+15550002""#),
    ])
  func wrongValues(_ mistake: Mistake) throws { try check(mistake) }

  @Test(
    "Listeners that cannot work are explained",
    arguments: [
      Mistake(
        "[udp:127.0.0.1:5060, tcp:127.0.0.1:5060]", "[]",
        "t.yaml:4: sip.listen: at least 1 is needed"),
      Mistake(
        "[udp:127.0.0.1:5060, tcp:127.0.0.1:5060]",
        "[" + (1...65).map { "udp:127.0.0.1:\($0)" }.joined(separator: ", ") + "]",
        "t.yaml:4: sip.listen: there may be 64 at most"),
      Mistake(
        "udp:127.0.0.1:5060", "sctp:127.0.0.1:5060",
        #"t.yaml:4: sip.listen: "sctp:127.0.0.1:5060" is not a listener; "#
          + "write udp, tcp or tls, address and port, such as udp:192.0.2.1:5060"),
      Mistake(
        "udp:127.0.0.1:5060", "127.0.0.1:5060",
        #"t.yaml:4: sip.listen: "127.0.0.1:5060" lacks a transport; write udp:192.0.2.1:5060"#),
      Mistake(
        "udp:127.0.0.1:5060", "udp:127.0.0.1",
        #"t.yaml:4: sip.listen: "udp:127.0.0.1" lacks a port; write udp:192.0.2.1:5060"#),
      Mistake(
        "udp:127.0.0.1:5060", "udp:127.0.0.1:0",
        #"t.yaml:4: sip.listen: "udp:127.0.0.1:0" has no usable port; write udp:192.0.2.1:5060"#),
      Mistake(
        "udp:127.0.0.1:5060", "udp:0.0.0.0:5061",
        #"t.yaml:4: sip.listen: "udp:0.0.0.0:5061" listens on every address, so that others must "#
          + "be told one: write udp:0.0.0.0:5061/203.0.113.9 with the address they reach"),
      Mistake(
        "udp:127.0.0.1:5060", "{address: udp:0.0.0.0:5061}",
        "t.yaml:4: the listener udp:0.0.0.0:5061 listens on every address, so that others must "
          + "be told one: write udp:0.0.0.0:5061/203.0.113.9 with the address they reach"),
      Mistake(
        "udp:127.0.0.1:5060", "udp:127.0.0.1:5060/0.0.0.0",
        #"t.yaml:4: sip.listen: "udp:127.0.0.1:5060/0.0.0.0" advertises 0.0.0.0, "#
          + "which nobody can send to"),
      Mistake(
        "udp:127.0.0.1:5060", "udp:127.0.0.1:5060/example.test",
        #"t.yaml:4: sip.listen: "udp:127.0.0.1:5060/example.test" is not an address to "#
          + "advertise; write one such as 203.0.113.9 or 203.0.113.9:5060"),
      Mistake(
        "udp:127.0.0.1:5060", "tcp:127.0.0.1:5060",
        "t.yaml:4: tcp:127.0.0.1:5060 is taken already by tcp:127.0.0.1:5060 (line 4)"),
      Mistake(
        "tcp:127.0.0.1:5060]", "tcp:127.0.0.1:5060, tls:127.0.0.1:5060]",
        "t.yaml:4: tls:127.0.0.1:5060 is taken already by tcp:127.0.0.1:5060 (line 4)"),
      Mistake(
        "tcp:127.0.0.1:5060]", "tls:127.0.0.1:5061]\n  tls: {key: a.pem}",
        "t.yaml:5: sip.tls: there is a key, but no certificate; add \"certificate\""),
      Mistake(
        "tcp:127.0.0.1:5060]", "tls:127.0.0.1:5061]\n  tls: {minimumVersion: 1.1}",
        "t.yaml:5: sip.tls.minimumVersion: \"1.1\" is not known; did you mean \"1.2\"?"),
      Mistake(
        "udp:127.0.0.1:5060", "'tcp:0.0.0.0:5060/203.0.113.9'",
        "t.yaml:4: tcp:127.0.0.1:5060 is taken already by tcp:0.0.0.0:5060 (line 4)"),
      Mistake(
        "127.0.0.1:8080", "127.0.0.1:5060",
        "t.yaml:7: tcp:127.0.0.1:5060 is taken already by tcp:127.0.0.1:5060 (line 4)"),
      Mistake(
        "udp:127.0.0.1:5060", "udp:127.0.0.1:20500",
        "t.yaml:4: udp:127.0.0.1:20500 lies within media.ports (line 6); move one of them"),
    ])
  func listeners(_ mistake: Mistake) throws { try check(mistake) }

  @Test(
    "Subscribers that contradict each other are named",
    arguments: [
      Mistake(
        "user: alice", "user: bob",
        "t.yaml:12: the subscriber bob@example.test stands here a second time (line 11); "
          + "remove one"),
      Mistake(
        "password: secret1", "password: secret1, number: \"+15550002\"",
        "t.yaml:12: the number +15550002 belongs to another subscriber already (line 11)"),
      Mistake(
        "user: alice", "user: 9196",
        "t.yaml:11: the user 9196 has the number of the echo service; "
          + "rename the user or change services.echo"),
      Mistake(
        ", password: secret1", "",
        #"t.yaml:11: the subscriber alice lacks the key "password" (or "ha1")"#),
      Mistake(
        "password: secret1", "password: secret1, ha1: {MD5: 0123456789abcdef0123456789abcdef}",
        "t.yaml:11: the subscriber alice has both password and ha1; keep one"),
      Mistake(
        "password: secret1", "ha1: {}",
        "t.yaml:11: ha1 holds no hash; write MD5, SHA-256 or SHA-512-256"),
      Mistake(
        "password: secret1", "ha1: {SHA-256: 0123456789abcdef0123456789abcdef}",
        "t.yaml:11: domains.subscribers.ha1.SHA-256: the value is not a hash of this algorithm; "
          + "write 64 hexadecimal digits"),
      Mistake(
        "password: secret1", "password: ''",
        "t.yaml:11: domains.subscribers.password: the value must be 1 to 256 bytes long"),
      Mistake(
        "user: alice", "user: alice@example.test",
        #"t.yaml:11: domains.subscribers.user: "alice@example.test" is not a user name; "#
          + "write 1 to 64 letters, digits and -_.+*#!~'$=, such as alice"),
      Mistake(
        "domains:", "domains:\n  - name: Example.Test",
        "t.yaml:10: the domain example.test stands here a second time (line 9); join the two"),
    ])
  func subscribers(_ mistake: Mistake) throws { try check(mistake) }

  @Test("Values that do not go together are told")
  func together() {
    #expect(
      problems(sample + "\nregistrar: {minimumExpires: 2h}") == [
        "t.yaml:13: registrar: minimumExpires must not be longer than maximumExpires"
      ])
    #expect(
      problems(sample + "\nregistrar: {maximumExpires: 10m}") == [
        "t.yaml:13: registrar: defaultExpires must lie between minimumExpires and maximumExpires"
      ])
    #expect(
      problems(sample.replacingOccurrences(of: "  trusted", with: "  timers: {t1: 9s}\n  trusted"))
        == ["t.yaml:5: sip.timers: t2 must not be shorter than t1"])
  }

  @Test("All problems are told at once, in the order of the lines")
  func allAtOnce() {
    let text = """
      node: {nam: a1}
      sip: {listen: [udp:1.2.3:5060, udp:10.0.0.1:5060, udp:10.0.0.1:5060]}
      media: {address: x, ports: 9-8}
      domains:
        - name: a.test
          subscribers:
            - {user: alice, password: x}
            - {user: "", password: x}
            - {user: alice, password: x}
      """
    let lines = problems(text).map { $0.prefix { $0 != " " } }
    #expect(
      lines == [
        "t.yaml:1:", "t.yaml:1:", "t.yaml:2:", "t.yaml:2:", "t.yaml:3:", "t.yaml:3:",
        "t.yaml:8:", "t.yaml:9:",
      ])
  }

  @Test("A file full of mistakes is not answered with a book")
  func bounded() {
    let found = problems((0..<5000).map { "key\($0): x" }.joined(separator: "\n"))
    #expect(found.count == 101)
    #expect(found.last == "t.yaml: 4904 further problems")
  }

  @Test("What is required is asked for")
  func required() {
    #expect(
      problems("log: {level: info}") == [
        #"t.yaml:1: the top level lacks the key "store": where subscribers, registrations and "#
          + "call records are kept; a relative path begins at the folder of this file",
        #"t.yaml:1: the top level lacks the key "sip": signalling"#,
        #"t.yaml:1: the top level lacks the key "media": what carries the voice"#,
        #"t.yaml:1: the top level lacks the key "domains": the domains that the node serves; "#
          + "a request to one of the node's own addresses means the first",
      ])
  }

  @Test("A password is never repeated in a problem", arguments: ["password", "ha1", "user"])
  func noSecretsInProblems(key: String) {
    let secret = String(repeating: "s3cret", count: 100)
    let text = sample.replacingOccurrences(
      of: "{user: alice, password: secret1}", with: "{\(key): {password: \(secret)}}")
    let told = problems(text)
    #expect(!told.isEmpty)
    #expect(!told.joined().contains("s3cret"))
  }
}
