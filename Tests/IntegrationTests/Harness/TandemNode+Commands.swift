import Foundation

/// What a command of the program answered.
struct CommandResult {
  let status: Int32
  let output: String
  let errors: String

  func decoded<Document: Decodable>(as type: Document.Type) throws -> Document {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      let text = try decoder.singleValueContainer().decode(String.self)
      return try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
    }
    do {
      return try decoder.decode(type, from: Data(output.utf8))
    } catch {
      throw TestFailure("\(error) in:\n\(output)\n\(errors)")
    }
  }
}

extension TandemNode {
  /// Runs `tandem` with these arguments and this node's configuration.
  func command(_ arguments: String..., input: String? = nil) async throws -> CommandResult {
    let child = try ChildProcess(
      try Self.program(), arguments + ["--config", file.path], folder: folder,
      name: "command-\(UUID().uuidString.prefix(8))", input: input)
    guard let status = try await child.exitStatus(within: .seconds(20)) else {
      await child.stop()
      throw TestFailure("tandem \(arguments.joined(separator: " ")) does not end")
    }
    return CommandResult(status: status, output: child.output, errors: child.errors)
  }

  func status() async throws -> Status {
    try await command("status", "--json").decoded(as: Status.self)
  }

  func registrations() async throws -> [Registration] {
    try await command("registrations", "--json").decoded(as: [Registration].self)
  }

  func calls() async throws -> [LiveCall] {
    try await command("calls", "--json").decoded(as: [LiveCall].self)
  }

  func callRecords() async throws -> [CallRecord] {
    try await command("cdr", "list", "--json").decoded(as: [CallRecord].self)
  }

  /// The records, once there are so many: they are written when a call has ended.
  func callRecords(_ count: Int, within limit: Duration = .seconds(10)) async throws
    -> [CallRecord]
  {
    var records: [CallRecord] = []
    _ = try await eventually(within: limit) {
      records = try await callRecords()
      return records.count >= count
    }
    guard records.count == count else {
      throw TestFailure("\(records.count) call records instead of \(count)")
    }
    return records
  }

  /// As `tandem status --json` has it.
  struct Status: Decodable {
    let node: String
    let process: Int32
    let keeper: Int32?
    let calls: Int
    let registrations: Int
    let mediaPorts: MediaPorts
    let durability: String
    let callLog: CallLog
    let unwrittenRecords: Int

    struct CallLog: Decodable {
      let directory: String
      let isFailing: Bool
      let fault: String?
      let recoveredCalls: Int
    }

    struct MediaPorts: Decodable {
      let inUse: Int
      let ready: Int
      let quarantined: Int
    }
  }

  /// As `tandem registrations --json` has it.
  struct Registration: Decodable {
    let user: String
    let domain: String
    let contact: String
    let transport: String
  }

  /// As `tandem cdr list --json` has it.
  struct CallRecord: Decodable {
    let id: String
    let parent: String?
    let kind: String
    let callerUser: String?
    let callerURI: String
    let calleeURI: String
    let calleeUser: String?
    let setup: Date
    let ring: Date?
    let answer: Date?
    let end: Date
    let duration: Double
    let cause: Int
    let causeText: String
    let releasedBy: String
    let codec: String?
    let callerPackets: Int
    let callerLost: Int
    let calleePackets: Int
    let calleeLost: Int
    let note: String?
  }

  /// As `tandem calls --json` has it.
  struct LiveCall: Decodable {
    let id: String
    let state: String
    let dialled: String
    let legs: [Leg]

    struct Leg: Decodable {
      let state: String
      let ports: [Int]
    }
  }
}
