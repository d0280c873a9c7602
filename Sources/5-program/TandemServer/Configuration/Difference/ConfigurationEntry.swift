/// Where something stands in a configuration.
struct ConfigurationPlace: Sendable {
  /// With elements of lists by their names: `domains[example.test].subscribers[alice].number`.
  var path: String
  /// The key of the schema: `domains[].subscribers[].number`.
  var key: String

  static let root = ConfigurationPlace(path: "", key: "")

  /// A key inside.
  subscript(name: String) -> ConfigurationPlace {
    path.isEmpty
      ? ConfigurationPlace(path: name, key: name)
      : ConfigurationPlace(path: "\(path).\(name)", key: "\(key).\(name)")
  }

  func element(_ name: String) -> ConfigurationPlace {
    ConfigurationPlace(path: "\(path)[\(name)]", key: key + "[]")
  }
}

/// One thing that a configuration says.
struct ConfigurationEntry: Equatable, Sendable {
  let path: String
  let key: String
  let content: Content

  enum Content: Equatable, Sendable {
    case value(String)
    /// Compared, and never shown.
    case secret(Secret)
    /// A group that may be missing, or an element of a list; its parts follow.
    case whole
    /// The names of a list's elements.
    case order([String])
  }

  init(_ place: ConfigurationPlace, _ content: Content) {
    path = place.path
    key = place.key
    self.content = content
  }

  /// As an operator reads it.
  var shown: String {
    switch content {
    case .value(let text): text
    case .secret(let secret): "\(secret)"
    case .whole: "present"
    case .order: "in order"
    }
  }
}

extension ValueReader {
  func entries(of value: Value, at place: ConfigurationPlace) -> [ConfigurationEntry] {
    if let describe { return describe(value, place) }
    if let secret = value as? Secret { return [ConfigurationEntry(place, .secret(secret))] }
    return [ConfigurationEntry(place, .value(text(value) ?? "\(value)"))]
  }

  /// Of a list of these, which go by their names, so that one that is put before others changes
  /// none of them.
  func entries(
    ofList values: [Value], at place: ConfigurationPlace
  ) -> [ConfigurationEntry] {
    var names: [String] = []
    var known: Set<String> = []
    for (index, value) in values.enumerated() {
      let name = label?(value) ?? "\(index)"
      names.append(known.insert(name).inserted ? name : "\(name)#\(index)")
    }
    let elements = zip(names, values).flatMap { name, value in
      let element = place.element(name)
      return [ConfigurationEntry(element, .whole)] + entries(of: value, at: element)
    }
    return [ConfigurationEntry(place, .order(names))] + elements
  }
}

extension Configuration {
  /// All that it says, in the order of the reference, defaults included.
  var entries: [ConfigurationEntry] { ConfigurationSchema.root.reader.entries(of: self, at: .root) }

  /// This configuration as a process takes it up that runs with another one: what only the next
  /// process can take up stays as it is.
  func held(by running: Configuration) -> Configuration {
    ConfigurationSchema.root.reader.hold?(self, running, "") ?? running
  }
}
