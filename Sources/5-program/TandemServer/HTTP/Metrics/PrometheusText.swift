/// Writes metrics in Prometheus's text exposition format, version 0.0.4.
struct PrometheusText {
  private(set) var text = ""

  enum Kind: String {
    case counter, gauge
  }

  /// One metric without labels.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: some Numeric) {
    head(name, kind, help)
    text += "\(name) \(value)\n"
  }

  /// One metric with a sample for each value of one label.
  mutating func add<Value: Numeric>(
    _ name: String, _ kind: Kind, _ help: String, by label: String,
    _ samples: [(String, Value)]
  ) {
    head(name, kind, help)
    for (value, sample) in samples {
      text += "\(name){\(label)=\"\(escaped(value))\"} \(sample)\n"
    }
  }

  private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  private func escaped(_ value: String) -> String {
    var result = ""
    for character in value {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.append(character)
      }
    }
    return result
  }
}
