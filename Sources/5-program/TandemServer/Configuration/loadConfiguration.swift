import Foundation

/// Reads and checks a configuration file.
///
/// - Parameter path: absolute, or relative to the working folder. A relative path inside the
///   file is relative to the folder of the file.
/// - Throws: all problems at once.
package func loadConfiguration(
  path: String
) throws(ConfigurationProblems) -> Configuration {
  try readConfiguration(ConfigurationFile.read(path), file: path)
}

/// Checks a configuration's text. The file's name goes into the problems, and its folder is
/// what relative paths in the text are relative to.
func readConfiguration(
  _ text: String, file: String
) throws(ConfigurationProblems) -> Configuration {
  let document = try YAMLDocument(text, file: file)
  var reading = Reading(file: file)
  let configuration =
    ConfigurationSchema.root.reader.read(document.root, "", &reading) ?? Configuration()
  checkTogether(configuration, &reading)
  if let problems = reading.sortedProblems { throw problems }
  return configuration
}

/// Getting the text of a configuration file, or saying why not.
enum ConfigurationFile {
  /// A hundred thousand subscribers fit; a file that was named by mistake does not.
  static let maximumBytes = 8 << 20

  static func read(_ path: String) throws(ConfigurationProblems) -> String {
    func problem(_ message: String, line: Int? = nil) -> ConfigurationProblems {
      ConfigurationProblems(problems: [
        ConfigurationProblem(file: path, line: line, column: nil, message: message)
      ])
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw problem("there is no such file")
    }
    if isFolder.boolValue { throw problem("this is a folder; name the file in it") }
    guard let handle = FileHandle(forReadingAtPath: path),
      let bytes = try? handle.read(upToCount: maximumBytes + 1) ?? Data()
    else {
      throw problem("the file cannot be read; look at its permissions")
    }
    guard bytes.count <= maximumBytes else {
      throw problem("the file is longer than \(maximumBytes >> 20) MiB")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw problem(
        "this line is not UTF-8; save the file in that encoding",
        line: lineOfFirstInvalidByte(bytes))
    }
    // A byte order mark, which some editors put before UTF-8.
    return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
  }

  private static func lineOfFirstInvalidByte(_ bytes: Data) -> Int {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let index = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
    return (index ?? 0) + 1
  }
}
