import GRDB

/// Why the store did not do what it was asked.
package enum StorageError: Error, Equatable, Sendable {
  case cannotOpen(path: String, reason: String)
  /// The file is something else, or damaged from its first page on.
  case notADatabase(path: String)
  /// A newer version of the program has changed the schema since.
  case newerSchema(path: String)

  case duplicateSubscriber(user: String, domain: String)
  case unknownSubscriber(user: String, domain: String)
  case duplicateGroup(name: String, domain: String)
  case unknownGroup(name: String, domain: String)
  /// A subscriber has the name that a group is to have, or the other way round.
  case nameTaken(name: String, domain: String)
  /// The number belongs to another subscriber or group, `user@domain`.
  case numberTaken(number: String, by: String)

  /// More writes are waiting than the configuration allows.
  case overloaded
  case closed
  case diskFull
  /// Another process kept the database to itself for longer than the busy timeout.
  case locked
  case readOnly
  case corrupt(String)
  case failed(String)
}

extension StorageError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "the database \(path) cannot be opened: \(reason)"
    case .notADatabase(let path):
      "\(path) is not a database, or it is damaged; restore it from a backup or move it away"
    case .newerSchema(let path):
      "the database \(path) was written by a newer version of tandem; run that version"
    case .duplicateSubscriber(let user, let domain):
      "\(user)@\(domain) exists already"
    case .unknownSubscriber(let user, let domain):
      "there is no subscriber \(user)@\(domain) in the database"
    case .duplicateGroup(let name, let domain):
      "the group \(name)@\(domain) exists already"
    case .unknownGroup(let name, let domain):
      "there is no group \(name)@\(domain) in the database"
    case .nameTaken(let name, let domain):
      "\(name)@\(domain) is taken: a subscriber and a group cannot have one name"
    case .numberTaken(let number, let owner):
      "the number \(number) belongs to \(owner)"
    case .overloaded:
      "too many writes are waiting for the database"
    case .closed:
      "the database is closed"
    case .diskFull:
      "the disk that holds the database is full"
    case .locked:
      "another process keeps the database locked"
    case .readOnly:
      "the database cannot be written: the file, its folder or its disk is read-only"
    case .corrupt(let detail):
      "the database is damaged (\(detail)); restore it from a backup"
    case .failed(let detail):
      "the database failed: \(detail)"
    }
  }
}

extension StorageError {
  /// What an error of SQLite means to somebody who has to do something about it.
  init(_ error: any Error) {
    guard let error = error as? DatabaseError else {
      self = (error as? StorageError) ?? .failed("\(error)")
      return
    }
    let detail = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL: self = .diskFull
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked
    case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly
    // The only misuse that GRDB lets through: a connection that has been closed.
    case .SQLITE_MISUSE: self = .closed
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(detail)
    default: self = .failed(detail)
    }
  }
}
