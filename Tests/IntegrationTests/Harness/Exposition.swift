import Foundation

/// Prometheus's text exposition format, read strictly: each family has its HELP, then its TYPE,
/// then its samples, once, and names and units are as the conventions want them.
struct Exposition {
  struct Family {
    let name: String
    let help: String
    let kind: String
    var label: String?
  }

  private(set) var families: [Family] = []
  /// By name and labels as they stand there.
  private var samples: [String: Double] = [:]

  subscript(sample: String) -> Double? { samples[sample] }

  init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw TestFailure("the last line has no end") }
    var help: (name: String, text: String)?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if let match = line.wholeMatch(of: /# HELP ([a-z_]+) (.+)/) {
        help = (String(match.1), String(match.2))
      } else if let match = line.wholeMatch(of: /# TYPE ([a-z_]+) (counter|gauge)/) {
        guard let text = help, text.name == match.1 else { throw TestFailure("no HELP: \(line)") }
        try add(Family(name: text.name, help: text.text, kind: String(match.2)))
        help = nil
      } else {
        try addSample(line)
      }
    }
  }

  private mutating func add(_ family: Family) throws {
    guard !families.contains(where: { $0.name == family.name }) else {
      throw TestFailure("\(family.name) stands there twice")
    }
    guard family.name.hasSuffix("_total") == (family.kind == "counter") else {
      throw TestFailure("\(family.name) is a \(family.kind)")
    }
    for unit in ["_ms", "_milliseconds", "_octets", "_minutes", "_kb"]
    where family.name.contains(unit) {
      throw TestFailure("\(family.name) is in no base unit")
    }
    families.append(family)
  }

  private mutating func addSample(_ line: Substring) throws {
    let sample = /(([a-z_]+)(\{([a-z_]+)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"\})?) (\S+)/
    guard let match = line.wholeMatch(of: sample), let value = Double(match.6),
      families.last?.name == String(match.2)
    else { throw TestFailure("no sample of \(families.last?.name ?? "anything"): \(line)") }
    guard samples.updateValue(value, forKey: String(match.1)) == nil else {
      throw TestFailure("\(match.1) stands there twice")
    }
    if let label = match.4 { families[families.count - 1].label = String(label) }
  }
}
