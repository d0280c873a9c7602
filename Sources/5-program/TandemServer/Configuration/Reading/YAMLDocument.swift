import Yams

/// The one document of a YAML text, within limits.
struct YAMLDocument {
  let root: Yams.Node

  /// Aliases can make a short text stand for an endless tree; counting stops there.
  static let maximumNodes = 1_500_000

  init(_ text: String, file: String) throws(ConfigurationProblems) {
    func problem(_ message: String, _ place: Place?) -> ConfigurationProblems {
      ConfigurationProblems(problems: [
        ConfigurationProblem(
          file: file, line: place?.line, column: place?.column, message: message)
      ])
    }
    let composed: Yams.Node?
    do {
      // Every value is text here, whose reader knows what it should be. The default resolver
      // matches each word against eight regular expressions first: a quarter of the time.
      composed = try Yams.compose(yaml: text, .basic)
    } catch {
      let (message, place) = explain(error, in: text)
      throw problem(message, place)
    }
    guard let composed, !composed.isEmpty else {
      throw problem("the file is empty; docs/configuration.md shows a sample to start from", nil)
    }
    guard composed.mapping != nil else {
      throw problem(
        "a configuration consists of keys and values, such as \"node: {name: a1}\"",
        composed.mark.map(Place.init))
    }
    var budget = Self.maximumNodes
    guard composed.fits(in: &budget) else {
      throw problem("the file says more than \(Self.maximumNodes) things", nil)
    }
    root = composed
  }
}

extension Yams.Node {
  /// A value that was left out, or one that says so.
  var isEmpty: Bool {
    guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// What a reader of the file would call this.
  var sort: String {
    switch self {
    case .mapping: "a group of keys"
    case .sequence: "a list"
    case .scalar, .alias: "a single value"
    }
  }

  fileprivate func fits(in budget: inout Int) -> Bool {
    budget -= 1
    guard budget >= 0 else { return false }
    switch self {
    case .scalar, .alias: return true
    case .sequence(let sequence):
      for node in sequence where !node.fits(in: &budget) { return false }
      return true
    case .mapping(let mapping):
      for (key, value) in mapping {
        guard key.fits(in: &budget), value.fits(in: &budget) else { return false }
      }
      return true
    }
  }
}

/// A place in the text, counted from 1.
private struct Place {
  var line: Int
  var column: Int

  init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  init(_ mark: Mark) {
    self.init(line: mark.line, column: mark.column)
  }
}

/// What the YAML parser found, in its words, with a hint where we know the usual cause.
private func explain(_ error: any Error, in text: String) -> (String, Place?) {
  guard let error = error as? YamlError else { return ("this is not valid YAML: \(error)", nil) }
  switch error {
  case .scanner(let context, let problem, let mark, _),
    .parser(let context, let problem, let mark, _),
    .composer(let context, let problem, let mark, _):
    let circumstance = context.map { " (\($0.text), line \($0.mark.line))" } ?? ""
    let advice = hint(problem, mark, text)
    return ("this is not valid YAML: \(problem)\(circumstance)\(advice)", Place(mark))
  case .reader(let problem, let offset, _, _):
    let before = text.unicodeScalars.prefix(offset ?? 0)
    let line = before.count { $0 == "\n" } + 1
    return ("this is not valid YAML: \(problem)", Place(line: line, column: 1))
  case .duplicatedKeysInMapping(let keys, let context):
    let names = keys.map { "\"\($0)\"" }.joined(separator: ", ")
    return ("\(names) stands here twice; keep one", Place(context.mark))
  default:
    return ("this is not valid YAML: \(error)", nil)
  }
}

private func hint(_ problem: String, _ mark: Mark, _ text: String) -> String {
  if problem.contains("alias") { return "; put a value that begins with * in quotes" }
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  guard lines.indices.contains(mark.line - 1) else { return "" }
  let isIndentedByTabs = lines[mark.line - 1].prefix { $0 == " " || $0 == "\t" }.contains("\t")
  return isIndentedByTabs ? "; indent with spaces, YAML takes no tabs" : ""
}
