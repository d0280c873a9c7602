/// Whether and how somebody can be reached, composed of what is known (RFC 3863).
struct PresenceState: Equatable {
  var tuples: [PresenceTuple]
  /// RFC 4480 §3.2, each once.
  var activities: [String]
  var notes: [String]

  /// What phones have published counts; of somebody who publishes nothing, having a phone
  /// registered is being reachable (RFC 3856 §6.8 leaves the composing to us).
  init(published: [PublishedPresence], isRegistered: Bool, isOnThePhone: Bool, address: String) {
    tuples = published.flatMap(\.tuples)
    activities = []
    notes = []
    for document in published {
      for activity in document.activities where !activities.contains(activity) {
        activities.append(activity)
      }
      for note in document.notes where !notes.contains(note) { notes.append(note) }
    }
    if tuples.isEmpty { tuples = [PresenceTuple(isOpen: isRegistered, contact: address)] }
    if isOnThePhone, !activities.contains("on-the-phone") { activities.append("on-the-phone") }
  }
}

/// One way to reach somebody.
struct PresenceTuple: Equatable, Sendable {
  var isOpen: Bool
  var contact: String?
  var notes: [String] = []
}

/// Writes PIDF (RFC 3863 §4) with the activities of RPID (RFC 4480 §3.2).
func presenceDocument(_ state: PresenceState, of resource: AddressOfRecord) -> String {
  var xml = XMLWriter()
  xml.element(
    "presence",
    [
      ("xmlns", "urn:ietf:params:xml:ns:pidf"),
      ("xmlns:dm", "urn:ietf:params:xml:ns:pidf:data-model"),
      ("xmlns:rpid", "urn:ietf:params:xml:ns:pidf:rpid"), ("entity", resource.uri.text),
    ]
  ) { xml in
    for (index, tuple) in state.tuples.enumerated() {
      xml.element("tuple", [("id", "t\(index + 1)")]) { xml in
        xml.element("status") { $0.element("basic", text: tuple.isOpen ? "open" : "closed") }
        if let contact = tuple.contact { xml.element("contact", text: contact) }
        for note in tuple.notes { xml.element("note", text: note) }
      }
    }
    for note in state.notes { xml.element("note", text: note) }
    if !state.activities.isEmpty {
      xml.element("dm:person", [("id", "p1")]) { xml in
        xml.element("rpid:activities") { xml in
          for activity in state.activities { xml.empty("rpid:\(activity)") }
        }
      }
    }
  }
  return xml.text
}
