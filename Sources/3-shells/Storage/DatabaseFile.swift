import Foundation

/// The database's place on the disk.
///
/// The file holds what a stranger could log in with, so that it is made for its owner's eyes
/// alone before SQLite opens it; SQLite gives the files beside it the same mode.
struct DatabaseFile {
  let path: String

  private var folder: String { (path as NSString).deletingLastPathComponent }

  /// Makes the folder (mode 0700) and the file (mode 0600) where they are missing. What exists
  /// keeps the mode that its owner gave it.
  func prepare() throws(StorageError) {
    guard path.hasPrefix("/") else { throw refusal("the path does not begin with /") }
    try makeFolder(folder)
    guard access(folder, W_OK) == 0 else {
      throw refusal("its folder cannot be written (\(systemReason))")
    }
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 {
      Foundation.close(descriptor)
      return
    }
    // An existing file is not opened here: closing it would drop the locks that another
    // connection of this process holds on it.
    guard errno == EEXIST else { throw refusal(systemReason) }
    guard access(path, R_OK | W_OK) == 0 else { throw refusal(systemReason) }
  }

  private func makeFolder(_ folder: String) throws(StorageError) {
    if access(folder, F_OK) == 0 || folder.isEmpty { return }
    try makeFolder((folder as NSString).deletingLastPathComponent)
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
      throw refusal("its folder cannot be made (\(systemReason))")
    }
  }

  private var systemReason: String { String(cString: strerror(errno)) }

  private func refusal(_ reason: String) -> StorageError {
    .cannotOpen(path: path, reason: reason)
  }
}
