/// One thing that is wrong with a configuration file, where, and what to write instead.
package struct ConfigurationProblem: Equatable, Sendable {
  /// The path as it was given.
  package var file: String
  /// Counted from 1; nil when the file as a whole is meant.
  package var line: Int?
  package var column: Int?
  package var message: String
}

extension ConfigurationProblem: CustomStringConvertible {
  /// `tandem.yaml:7: unknown key "adress" in media; did you mean "address"?`
  package var description: String {
    "\(file)\(line.map { ":\($0)" } ?? ""): \(message)"
  }
}

/// Everything that is wrong with a configuration file, in the order of its lines. Never empty.
package struct ConfigurationProblems: Error, Equatable, Sendable {
  package var problems: [ConfigurationProblem]
}

extension ConfigurationProblems: CustomStringConvertible {
  /// One line each.
  package var description: String {
    problems.map(\.description).joined(separator: "\n")
  }
}
