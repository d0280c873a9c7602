/// A dialog of somebody's phone, as far as a busy lamp shows it (RFC 4235 §4.1).
///
/// Its Call-ID and tags are left out: who knows them can act in the dialog, and a lamp needs none.
struct DialogSummary: Equatable {
  enum State: String, Sendable {
    case trying, early, confirmed, terminated
  }

  enum Direction: String, Sendable {
    /// The watched one calls.
    case initiator
    /// The watched one is called.
    case recipient
  }

  let id: String
  var state: State
  let direction: Direction
  let remoteURI: String
  let remoteName: String?

  var isOver: Bool { state == .terminated }
}

extension [DialogSummary] {
  /// These, and those of the last document that are over since then.
  func withEnded(since last: [DialogSummary]) -> [DialogSummary] {
    let ended = last.filter { old in !old.isOver && !contains { $0.id == old.id } }
    return self
      + ended.map { old in
        var dialog = old
        dialog.state = .terminated
        return dialog
      }
  }
}

/// Writes dialog-info (RFC 4235 §4): always the full state, as §3.8 allows.
func dialogDocument(
  _ dialogs: [DialogSummary], of resource: AddressOfRecord, version: UInt32
) -> String {
  let entity = resource.uri.text
  var xml = XMLWriter()
  xml.element(
    "dialog-info",
    [
      ("xmlns", "urn:ietf:params:xml:ns:dialog-info"), ("version", "\(version)"),
      ("state", "full"), ("entity", entity),
    ]
  ) { xml in
    for dialog in dialogs {
      xml.element("dialog", [("id", dialog.id), ("direction", dialog.direction.rawValue)]) { xml in
        xml.element("state", text: dialog.state.rawValue)
        xml.element("local") { $0.element("identity", text: entity) }
        xml.element("remote") { xml in
          xml.element(
            "identity", dialog.remoteName.map { [("display", $0)] } ?? [], text: dialog.remoteURI)
        }
      }
    }
  }
  return xml.text
}
