import Yams

/// How one sort of value is read, and how the reference describes it.
struct ValueReader<Value> {
  /// In words: `duration`, `one of always, never, nat`.
  let type: String
  /// A value as one would write it; nil for values that are never shown as a default.
  let text: (Value) -> String?
  /// The keys inside, for a group of keys or a list of such groups.
  var keys: [ConfigurationKey] = []
  /// Gives the value, or reports what is wrong with the node and gives nil.
  let read: (_ node: Yams.Node, _ path: String, _ reading: inout Reading) -> Value?
  /// What a group or a list says, entry by entry; nil for what is one entry.
  var describe: ((_ value: Value, _ place: ConfigurationPlace) -> [ConfigurationEntry])?
  /// What an element of a list is known by, for a group that has something of the kind.
  var label: ((Value) -> String?)?
  /// Of a new value, with each part as it was that only another process takes up; nil for what has
  /// no parts.
  var hold: ((_ new: Value, _ old: Value, _ key: String) -> Value)?
}

extension ValueReader {
  /// A value that is written as one word or text.
  ///
  /// - Parameters:
  ///   - example: what to write, for somebody who wrote a list or nothing.
  ///   - isSecret: whether problems must not repeat what was written.
  ///   - parse: gives the value, or throws a message that follows what was written: `is not …`.
  static func scalar(
    _ type: String, example: String, isSecret: Bool = false,
    text: @escaping (Value) -> String? = { _ in nil },
    parse: @escaping (String) throws(Wrong) -> Value
  ) -> ValueReader {
    ValueReader(type: type, text: text) { node, path, reading in
      guard let scalar = node.scalar, !node.isEmpty else {
        let found = node.isEmpty ? "nothing stands here" : "this is \(node.sort)"
        reading.report(path, "\(found); write one value, such as \(example)", at: node)
        return nil
      }
      do throws(Wrong) {
        return try parse(scalar.string)
      } catch {
        let written = isSecret ? "the value" : "\"\(shortened(scalar.string))\""
        reading.report(path, "\(written) \(error.message)", at: node)
        return nil
      }
    }
  }

  /// A list; what is wrong with one element takes nothing from the others.
  static func list<Element>(
    _ type: String, of element: ValueReader<Element>, count: ClosedRange<Int> = 0...(.max)
  ) -> ValueReader where Value == [Element] {
    var reader = ValueReader(
      type: type,
      text: { values in "[" + values.compactMap(element.text).joined(separator: ", ") + "]" },
      keys: element.keys.map { $0.moved(under: "[]") }
    ) { node, path, reading in
      guard let sequence = node.sequence else {
        let found = node.isEmpty ? "nothing stands here" : "this is \(node.sort)"
        reading.report(
          path, "\(found); a list is written [a, b], or one line \"- a\" for each", at: node)
        return nil
      }
      if sequence.count < count.lowerBound {
        reading.report(path, "at least \(count.lowerBound) is needed", at: node)
      } else if sequence.count > count.upperBound {
        reading.report(path, "there may be \(count.upperBound) at most", at: node)
        return nil
      }
      var values: [Element] = []
      for item in sequence {
        let itemPath = "\(path)[\(values.count)]"
        if let value = element.read(item, itemPath, &reading) {
          reading.note(itemPath, at: item)
          values.append(value)
        }
      }
      return values
    }
    if element.describe != nil { reader.describe = element.entries(ofList:at:) }
    return reader
  }

  /// The same for a property that may be nil.
  var wrapped: ValueReader<Value?> {
    var wrapped = ValueReader<Value?>(type: type, text: { $0.flatMap(text) }, keys: keys) {
      node, path, reading in read(node, path, &reading).map(Optional.some)
    }
    wrapped.describe = { value, place in
      guard let value else { return [] }
      let whole = describe == nil ? [] : [ConfigurationEntry(place, .whole)]
      return whole + entries(of: value, at: place)
    }
    if let hold {
      wrapped.hold = { new, old, key in
        if let new, let old { return hold(new, old, key) }
        return ConfigurationSchema.effect(of: key) == .now ? new : old
      }
    }
    return wrapped
  }
}

extension ValueReader {
  /// Reads a value that stands in no file, by the same rules.
  ///
  /// - Throws: what is wrong with it, as a whole sentence that begins with the key.
  func parse(_ text: String, as key: String) throws(Wrong) -> Value {
    var reading = Reading(file: "")
    let node = Yams.Node(text, .implicit, .doubleQuoted)
    if let value = read(node, key, &reading) { return value }
    throw Wrong(reading.sortedProblems?.problems.first?.message ?? "\(key) cannot be read")
  }
}

/// What is wrong with a value, to be read after the value: `is not a duration; write …`.
struct Wrong: Error {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}

private func shortened(_ text: String) -> String {
  text.count <= 80 ? text : text.prefix(80) + "…"
}
