import Yams

/// A group of keys and the structure that they fill.
struct Section<Value> {
  /// How a problem names the group: "media", "a subscriber".
  let title: String
  /// The value when no key is given: the source of the defaults.
  let initial: Value
  let fields: [Field<Value>]
  /// What no single key can tell. Runs when every key is good.
  var check: (Value, Yams.Node, inout Reading) -> Void = { _, _, _ in }

  var reader: ValueReader<Value> {
    var reader = fileReader
    reader.describe = { value, place in fields.flatMap { $0.describe(value, place) } }
    reader.label = { value in fields.first(where: \.isRequired)?.text(value) }
    reader.hold = { new, old, key in
      var held = new
      for field in fields { field.hold(&held, old, key) }
      return held
    }
    return reader
  }

  private var fileReader: ValueReader<Value> {
    ValueReader(type: "group of keys", text: { _ in nil }, keys: fields.flatMap(\.keys)) {
      node, path, reading in
      guard let mapping = node.mapping else {
        let found = node.isEmpty ? "nothing stands here" : "this is \(node.sort)"
        reading.report(path, "\(found); write keys and values: \(outline)", at: node)
        return nil
      }
      let meant = reportUnknownKeys(mapping, &reading)
      var value = initial
      var isGood = true
      for field in fields {
        if let entry = mapping.first(where: { $0.key.string == field.key }) {
          let entryPath = path.isEmpty ? field.key : "\(path).\(field.key)"
          reading.note(entryPath, at: entry.value)
          if !field.read(entry.value, entryPath, &value, &reading) { isGood = false }
        } else if field.isRequired {
          isGood = false
          if meant.contains(field.key) { continue }
          reading.report("\(title) lacks the key \"\(field.key)\": \(field.help)", at: node)
        }
      }
      if isGood { check(value, node, &reading) }
      // The file as a whole is worth looking at even where one of its groups is not.
      return isGood || path.isEmpty ? value : nil
    }
  }

  private var names: [String] { fields.map(\.key) }

  private var outline: String { "{\(names.map { "\($0): …" }.joined(separator: ", "))}" }

  /// Gives the keys that were meant by misspelt ones, which are not reported again as missing.
  private func reportUnknownKeys(
    _ mapping: Yams.Node.Mapping, _ reading: inout Reading
  ) -> Set<String> {
    var meant: Set<String> = []
    for (key, _) in mapping {
      guard let name = key.scalar?.string else {
        reading.report("a key must be a plain word; this is \(key.sort)", at: key)
        continue
      }
      if names.contains(name) { continue }
      let nearest = Spelling.nearest(to: name, among: names)
      if let nearest { meant.insert(nearest) }
      let shown = name.count <= 40 ? name : name.prefix(40) + "…"
      let advice = nearest.map { "did you mean \"\($0)\"?" } ?? advice(for: name)
      reading.report("unknown key \"\(shown)\" in \(title); \(advice)", at: key)
    }
    return meant
  }

  /// For a key that resembles none of this group.
  private func advice(for name: String) -> String {
    let homes = ConfigurationSchema.keys.filter {
      $0.path.hasSuffix(".\(name)") || $0.path == name
    }
    if homes.count == 1 {
      let path = homes[0].path
      let home = path.split(separator: ".").dropLast().joined(separator: ".")
      return home.isEmpty
        ? "it belongs at the top level" : "it belongs in \(label(of: home))"
    }
    return "the keys are \(names.joined(separator: ", "))"
  }
}

/// One key of a group.
struct Field<Owner> {
  let key: String
  let isRequired: Bool
  let help: String
  let keys: [ConfigurationKey]
  let read: (Yams.Node, String, inout Owner, inout Reading) -> Bool
  let text: (Owner) -> String?
  let describe: (Owner, ConfigurationPlace) -> [ConfigurationEntry]
  /// Puts back what only another process takes up.
  let hold: (_ new: inout Owner, _ old: Owner, _ key: String) -> Void

  /// A key that must be there.
  static func required<Value>(
    _ key: String, _ property: WritableKeyPath<Owner, Value>, _ reader: ValueReader<Value>,
    _ help: String
  ) -> Field {
    Field(key, property, reader, isRequired: true, defaultText: nil, help)
  }

  /// A key that may be left out, and what it then is.
  static func optional<Value>(
    _ key: String, _ property: WritableKeyPath<Owner, Value>, _ reader: ValueReader<Value>,
    default owner: Owner, _ help: String
  ) -> Field {
    let text = reader.text(owner[keyPath: property])
    return Field(key, property, reader, isRequired: false, defaultText: text, help)
  }

  /// A key that may be left out, and then there is nothing.
  static func optional<Value>(
    _ key: String, _ property: WritableKeyPath<Owner, Value?>, _ reader: ValueReader<Value>,
    _ help: String
  ) -> Field {
    Field(key, property, reader.wrapped, isRequired: false, defaultText: nil, help)
  }

  private init<Value>(
    _ key: String, _ property: WritableKeyPath<Owner, Value>, _ reader: ValueReader<Value>,
    isRequired: Bool, defaultText: String?, _ help: String
  ) {
    self.key = key
    self.isRequired = isRequired
    self.help = help
    let own = ConfigurationKey(
      path: key, type: reader.type, isRequired: isRequired, defaultText: defaultText, help: help)
    keys = [own] + reader.keys.map { $0.moved(under: key) }
    read = { node, path, owner, reading in
      guard let value = reader.read(node, path, &reading) else { return false }
      owner[keyPath: property] = value
      return true
    }
    text = { reader.text($0[keyPath: property]) }
    describe = { owner, place in reader.entries(of: owner[keyPath: property], at: place[key]) }
    hold = { new, old, outer in
      let path = outer.isEmpty ? key : "\(outer).\(key)"
      if let hold = reader.hold {
        new[keyPath: property] = hold(new[keyPath: property], old[keyPath: property], path)
      } else if ConfigurationSchema.effect(of: path) == .nextProcess {
        new[keyPath: property] = old[keyPath: property]
      }
    }
  }
}
