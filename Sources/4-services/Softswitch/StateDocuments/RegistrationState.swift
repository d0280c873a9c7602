import Machines

/// Somebody's bindings, as the registration event package tells them (RFC 3680).
struct RegistrationState: Equatable {
  struct Contact: Equatable {
    let uri: String
    let q: Double
    let expiresAt: WallTime
    let callID: String
    let cSeq: UInt32
  }

  let contacts: [Contact]
  /// When it was looked at; no part of what has changed.
  let now: WallTime

  init(_ bindings: [Binding], at now: WallTime) {
    contacts = bindings.map {
      Contact(
        uri: $0.contact, q: $0.q, expiresAt: $0.expiresAt, callID: $0.callID, cSeq: $0.cseq)
    }
    self.now = now
  }

  static func == (left: RegistrationState, right: RegistrationState) -> Bool {
    left.contacts == right.contacts
  }
}

/// Writes reginfo (RFC 3680 §5), always the full state.
func registrationDocument(
  _ state: RegistrationState, of resource: AddressOfRecord, version: UInt32
) -> String {
  var xml = XMLWriter()
  xml.element(
    "reginfo",
    [
      ("xmlns", "urn:ietf:params:xml:ns:reginfo"), ("version", "\(version)"), ("state", "full"),
    ]
  ) { xml in
    xml.element(
      "registration",
      [
        ("aor", resource.uri.text), ("id", "a1"),
        ("state", state.contacts.isEmpty ? "terminated" : "active"),
      ]
    ) { xml in
      for contact in state.contacts {
        let left = max(0, contact.expiresAt.nanoseconds &- state.now.nanoseconds) / 1_000_000_000
        xml.element(
          "contact",
          [
            ("id", identifier(contact.uri)), ("state", "active"), ("event", "registered"),
            ("expires", "\(left)"), ("callid", contact.callID), ("cseq", "\(contact.cSeq)"),
          ]
        ) { $0.element("uri", text: contact.uri) }
      }
    }
  }
  return xml.text
}

/// The same for the same contact, from one document to the next (RFC 3680 §5.3): FNV-1a.
private func identifier(_ contact: String) -> String {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in contact.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  return "c" + String(hash, radix: 36)
}
