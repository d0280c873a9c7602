import Foundation

/// Content negotiation by `Accept` (RFC 9110).
enum MediaTypeChoice {
  /// The offered type that a client likes best, the first offered among equals; nil if it takes
  /// none of them.
  static func best(of offered: [String], for accept: String) -> String? {
    let ranges = accept.split(separator: ",").compactMap(Range.init)
    guard !ranges.isEmpty else { return offered.first }
    var best: (type: String, quality: Double)?
    for type in offered {
      // The most specific range that matches decides.
      let match = ranges.filter { $0.matches(type) }.max { $0.precision < $1.precision }
      guard let quality = match?.quality, quality > 0 else { continue }
      if quality > best?.quality ?? 0 { best = (type, quality) }
    }
    return best?.type
  }

  private struct Range {
    let name: String
    var quality = 1.0

    init?(_ text: Substring) {
      let parts = text.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
      guard let name = parts.first, name.contains("/") else { return nil }
      self.name = name.lowercased()
      for part in parts.dropFirst() where part.lowercased().hasPrefix("q=") {
        quality = min(max(Double(part.dropFirst(2)) ?? 0, 0), 1)
      }
    }

    var precision: Int { name == "*/*" ? 0 : name.hasSuffix("/*") ? 1 : 2 }

    func matches(_ type: String) -> Bool {
      switch precision {
      case 0: true
      case 1: type.hasPrefix(name.dropLast())
      default: type == name
      }
    }
  }
}
