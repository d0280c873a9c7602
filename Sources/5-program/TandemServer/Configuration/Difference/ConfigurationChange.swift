/// One thing in which a configuration differs from another.
package struct ConfigurationChange: Codable, Equatable, Sendable {
  /// With elements of lists by their names: `domains[example.test].subscribers[alice].number`.
  package var path: String
  /// As one would write it, secrets as dots; nil for what was not there.
  package var old: String?
  package var new: String?
  package var needs: Effect

  /// When a changed key counts.
  package enum Effect: String, Codable, CaseIterable, Sendable {
    /// With `tandem reload`.
    case now
    /// With the next process: `tandem upgrade`.
    case nextProcess = "next process"
  }
}

extension ConfigurationChange: CustomStringConvertible {
  /// `media.anchor: always -> nat (now)`; what a terminal would obey is escaped by whoever prints.
  package var description: String {
    let words =
      switch (old, new) {
      case (nil, let new?): new == Self.present ? "added" : "added, \(new)"
      case (let old?, nil): old == Self.present ? "removed" : "removed, was \(old)"
      case (let old?, let new?): "\(old) -> \(new)"
      case (nil, nil): "changed"
      }
    return "\(path): \(words) (\(needs.rawValue))"
  }

  static let present = "present"
}

extension Configuration {
  /// What differs from the configuration that a process goes by: by the schema, so that no key is
  /// forgotten. In the order of the reference; what is gone comes last.
  package func changes(since old: Configuration) -> [ConfigurationChange] {
    let (before, after) = (old.entries, entries)
    let taken = Dictionary(
      held(by: old).entries.map { ($0.path, $0.content) }, uniquingKeysWith: { first, _ in first })
    let known = Dictionary(before.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let present = Set(after.map(\.path))
    func needs(_ entry: ConfigurationEntry, _ content: ConfigurationEntry.Content?)
      -> ConfigurationChange.Effect
    { taken[entry.path] == content ? .now : .nextProcess }
    var changes = ConfigurationEntry.heads(of: after) { known[$0.path] == nil }.map {
      ConfigurationChange($0, old: nil, new: $0.shown, needs($0, $0.content))
    }
    let added = Dictionary(
      changes.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    changes = after.compactMap { entry in
      guard let earlier = known[entry.path] else { return added[entry.path] }
      return ConfigurationChange(from: earlier, to: entry, needs(entry, entry.content))
    }
    changes += ConfigurationEntry.heads(of: before) { !present.contains($0.path) }.map {
      ConfigurationChange($0, old: $0.shown, new: nil, needs($0, nil))
    }
    return changes
  }
}

extension ConfigurationEntry {
  /// Those entries that a condition holds for, without the parts of a whole one that it holds for.
  fileprivate static func heads(
    of entries: [ConfigurationEntry], _ condition: (ConfigurationEntry) -> Bool
  ) -> [ConfigurationEntry] {
    var heads: [ConfigurationEntry] = []
    var within: String?
    for entry in entries where condition(entry) {
      if let within, entry.path.hasPrefix(within) { continue }
      if case .order = entry.content { continue }
      heads.append(entry)
      within = entry.content == .whole ? entry.path + "." : nil
    }
    return heads
  }
}

extension ConfigurationChange {
  fileprivate init(_ entry: ConfigurationEntry, old: String?, new: String?, _ needs: Effect) {
    self.init(path: entry.path, old: old, new: new, needs: needs)
  }

  /// Nil when both say the same.
  fileprivate init?(
    from old: ConfigurationEntry, to new: ConfigurationEntry, _ needs: Effect
  ) {
    guard old.content != new.content else { return nil }
    guard case .order(let before) = old.content, case .order(let after) = new.content else {
      self.init(new, old: old.shown, new: new.shown, needs)
      return
    }
    // What was added or removed is told of its own.
    let both = Set(before).intersection(after)
    guard before.filter(both.contains) != after.filter(both.contains) else { return nil }
    self.init(new, old: "the same elements", new: "in another order", needs)
  }
}
