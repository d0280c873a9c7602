/// What is taken from a presence document that a phone has published: RFC 3863 §4, and of RFC 4480
/// the activities. The rest is passed over.
struct PublishedPresence: Equatable, Sendable {
  private(set) var tuples: [PresenceTuple] = []
  private(set) var activities: [String] = []
  private(set) var notes: [String] = []

  static let maximumTuples = 8
  static let maximumNotes = 4
  static let maximumTextBytes = 512

  /// - Throws: what is no well-formed `presence`, or more than is read.
  init(_ bytes: [UInt8]) throws(XMLFault) {
    var scanner = XMLScanner(bytes)
    /// The elements that are open.
    var path: [String] = []
    var text = ""
    var tuple = PresenceTuple(isOpen: false)
    while let piece = try scanner.next() {
      switch piece {
      case .start(let name, _):
        guard !path.isEmpty || name == "presence" else { throw .malformed }
        path.append(name)
        text = ""
        if path == ["presence", "tuple"] { tuple = PresenceTuple(isOpen: false) }
      case .text(let part):
        text += part
        guard text.utf8.count <= 4 * Self.maximumTextBytes else { throw .tooMany }
      case .end:
        try close(path, text, &tuple)
        path.removeLast()
        text = ""
      }
    }
  }

  private mutating func close(
    _ path: [String], _ text: String, _ tuple: inout PresenceTuple
  ) throws(XMLFault) {
    let text = String(text.trimmed.prefix(Self.maximumTextBytes))
    switch path {
    case ["presence", "tuple", "status", "basic"]:
      tuple.isOpen = text == "open"
    case ["presence", "tuple", "contact"]:
      tuple.contact = text
    case ["presence", "tuple", "note"]:
      if !text.isEmpty, tuple.notes.count < Self.maximumNotes { tuple.notes.append(text) }
    case ["presence", "tuple"]:
      guard tuples.count < Self.maximumTuples else { throw .tooMany }
      tuples.append(tuple)
    case ["presence", "note"], ["presence", "person", "note"]:
      if !text.isEmpty, notes.count < Self.maximumNotes { notes.append(text) }
    default:
      if path.count >= 2, path[path.count - 2] == "activities", let name = path.last,
        knownActivities.contains(name), !activities.contains(name)
      {
        activities.append(name)
      }
    }
  }
}

extension String {
  fileprivate var trimmed: Substring {
    let start = firstIndex { !$0.isWhitespace } ?? endIndex
    let end = lastIndex { !$0.isWhitespace }.map(index(after:)) ?? start
    return self[start..<end]
  }
}

/// RFC 4480 §3.2, those that have no content.
private let knownActivities: Set<String> = [
  "appointment", "away", "breakfast", "busy", "dinner", "holiday", "in-transit", "looking-for-work",
  "lunch", "meal", "meeting", "on-the-phone", "performance", "permanent-absence", "playing",
  "presentation", "shopping", "sleeping", "spectator", "steering", "travel", "tv", "unknown",
  "vacation", "working", "worship",
]
