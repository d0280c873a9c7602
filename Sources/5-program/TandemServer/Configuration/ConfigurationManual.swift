/// The manual page of the configuration file, from the schema: tandem.yaml(5).
package enum ConfigurationManual {
  /// As troff with the macros of man(7).
  package static var page: String {
    var page = ManualPage(
      name: "tandem.yaml", section: 5, about: "the configuration of a Tandem node")
    page.heading("SYNOPSIS")
    page.paragraph("/etc/tandem/tandem.yaml")
    page.heading("DESCRIPTION")
    page.paragraph(
      """
      One YAML file describes a node. tandem check says what is wrong with it: file, line, and \
      what to write instead. A relative path in it begins at its own folder. A duration is a \
      number with its unit: 500ms, 30s, 5m, 24h.
      """)
    page.heading("KEYS")
    page.paragraph(
      "A dot stands for a group of keys within a key, and [] for each element of a list.")
    for key in ConfigurationSchema.keys {
      let standard = key.isRequired ? "; required" : key.defaultText.map { "; default \($0)" } ?? ""
      page.item(key.path, "\(key.help) (\(key.type)\(standard))")
    }
    page.heading("EXAMPLE")
    page.verbatim(
      """
      node: {name: a1, region: local, zone: a}
      store: sqlite:/var/lib/tandem/tandem.db
      sip:
        listen: [udp:192.0.2.10:5060, tcp:192.0.2.10:5060]
      media: {address: 192.0.2.10, ports: 20000-20999}
      http: {listen: 127.0.0.1:8080}
      domains:
        - name: example.com
          subscribers:
            - {user: alice, password: long-and-random, number: "+15550001"}
      """)
    page.heading("SEE ALSO")
    page.paragraph("tandem(1)")
    return page.text
  }
}
