import Foundation
import Yams

/// One pass over a configuration file: what was found wrong, and where each value stands.
struct Reading {
  let file: String
  /// Problems beyond this many help nobody.
  static let maximumProblems = 100

  private var problems: [ConfigurationProblem] = []
  private var marks: [String: Mark] = [:]

  init(file: String) {
    self.file = file
  }

  /// The folder that relative paths in the file are relative to, absolute.
  var folder: String {
    let folder = (file as NSString).deletingLastPathComponent
    if folder.hasPrefix("/") { return folder }
    let working = FileManager.default.currentDirectoryPath
    return folder.isEmpty ? working : working + "/" + folder
  }

  var hasProblems: Bool { !problems.isEmpty }

  var sortedProblems: ConfigurationProblems? {
    if problems.isEmpty { return nil }
    let sorted = problems.enumerated().sorted { left, right in
      (left.element.line ?? 0, left.offset) < (right.element.line ?? 0, right.offset)
    }
    var kept = sorted.prefix(Self.maximumProblems).map(\.element)
    if sorted.count > kept.count {
      kept.append(
        ConfigurationProblem(
          file: file, line: nil, column: nil,
          message: "\(sorted.count - kept.count) further problems"))
    }
    return ConfigurationProblems(problems: kept)
  }

  /// Remembers where the value at a path stands, for what is checked when all has been read.
  mutating func note(_ path: String, at node: Yams.Node) {
    marks[path] = node.mark
  }

  func line(of path: String) -> Int? { marks[path]?.line }

  mutating func report(_ message: String, at node: Yams.Node) {
    report(message, mark: node.mark)
  }

  mutating func report(_ message: String, at path: String) {
    report(message, mark: marks[path])
  }

  /// "media.ports: " and the message.
  mutating func report(_ path: String, _ message: String, at node: Yams.Node) {
    report(path.isEmpty ? message : "\(label(of: path)): \(message)", mark: node.mark)
  }

  private mutating func report(_ message: String, mark: Mark?) {
    problems.append(
      ConfigurationProblem(
        file: file, line: mark?.line, column: mark?.column, message: message))
  }
}

/// A path without its indices: the line number tells which one is meant.
func label(of path: String) -> String {
  var label = ""
  var isInIndex = false
  for character in path {
    if character == "[" { isInIndex = true }
    if !isInIndex { label.append(character) }
    if character == "]" { isInIndex = false }
  }
  return label
}
