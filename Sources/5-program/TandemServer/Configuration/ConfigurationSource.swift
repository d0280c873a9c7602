/// A configuration with the text that it was read from.
package struct ConfigurationSource: Sendable {
  /// The file's path; its folder is what relative paths in the text are relative to.
  package let file: String
  package let text: String
  package let configuration: Configuration
  /// What was wrong with the file, if the text is the one that was last applied instead.
  package private(set) var problems: ConfigurationProblems?

  /// - Throws: all problems at once.
  package init(file: String) throws(ConfigurationProblems) {
    try self.init(text: ConfigurationFile.read(file), file: file)
  }

  /// In place of a file that has problems.
  func replacing(_ problems: ConfigurationProblems) -> ConfigurationSource {
    var source = self
    source.problems = problems
    return source
  }

  init(text: String, file: String) throws(ConfigurationProblems) {
    self.file = file
    self.text = text
    configuration = try readConfiguration(text, file: file)
  }
}
