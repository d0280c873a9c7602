import Foundation
import Logging
import Machines

/// Writes each message as a JSON object a line: `time`, `level`, `logger`, `message`, `metadata`.
struct JSONLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info
  private let label: String
  private let write: @Sendable ([UInt8]) -> Void

  /// - Parameter write: takes a whole line with its end.
  init(label: String, write: @escaping @Sendable ([UInt8]) -> Void = writeToStandardError) {
    self.label = label
    self.write = write
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
    var members: [String: JSONValue] = [
      "time": .string(NodeClock().now.wall.description),
      "level": .string(event.level.rawValue), "logger": .string(label),
      "message": .string(event.message.description),
    ]
    if let error = event.error { members["error"] = .string("\(error)") }
    if !all.isEmpty { members["metadata"] = .object(all.mapValues(JSONValue.init)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(JSONValue.object(members)) else { return }
    write(Array(line) + [UInt8(ascii: "\n")])
  }
}

/// One call a line, so that the lines of several threads do not mix.
private func writeToStandardError(_ line: [UInt8]) {
  FileHandle.standardError.write(Data(line))
}

extension JSONValue {
  fileprivate init(_ value: Logger.Metadata.Value) {
    self =
      switch value {
      case .string(let text): .string(text)
      case .stringConvertible(let value): .string(value.description)
      case .array(let values): .array(values.map(JSONValue.init))
      case .dictionary(let values): .object(values.mapValues(JSONValue.init))
      }
  }
}
