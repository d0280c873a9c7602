import Glibc

/// An open file or folder of the journal. The descriptor is closed when the last of its users, of
/// which a sync under way is one, is done with it.
final class SegmentFile: Sendable {
  let descriptor: Int32

  private init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// - Parameter flags: O_CLOEXEC is always added. What is created is for its owner alone.
  static func open(_ path: String, _ flags: Int32) throws(JournalFault) -> SegmentFile {
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(call: "open", code: errno) }
    return SegmentFile(descriptor)
  }

  /// All octets or a fault, after which any part of them may be written.
  func write(_ bytes: [UInt8]) throws(JournalFault) {
    let code = bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = Glibc.write(
          descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if count > 0 {
          done += count
        } else if count == 0 || errno != EINTR {
          return count == 0 ? ENOSPC : errno
        }
      }
      return 0
    }
    if code != 0 { throw .system(call: "write", code: code) }
  }

  /// From the file's beginning to its end or `limit`.
  func read(limit: Int) throws(JournalFault) -> [UInt8] {
    let size = min(try length(), limit)
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, done in
      while done < size {
        let count = pread(
          descriptor, buffer.baseAddress.map { $0 + done }, size - done, done)
        if count > 0 {
          done += count
        } else if count == 0 {
          return
        } else if errno != EINTR {
          code = errno
          return
        }
      }
    }
    if code != 0 { throw .system(call: "read", code: code) }
    return bytes
  }

  func length() throws(JournalFault) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(call: "fstat", code: errno) }
    return Int(status.st_size)
  }

  func truncate(to length: Int) throws(JournalFault) {
    guard ftruncate(descriptor, length) == 0 else {
      throw .system(call: "ftruncate", code: errno)
    }
  }

  /// The content, and of what describes it only what is needed to read it again.
  func syncData() -> JournalFault? {
    fdatasync(descriptor) == 0 ? nil : .system(call: "fdatasync", code: errno)
  }

  func sync() -> JournalFault? {
    fsync(descriptor) == 0 ? nil : .system(call: "fsync", code: errno)
  }

  /// Takes the lock that says who writes, which the kernel gives back when the process ends, and
  /// leaves the process's number in the file for the next who tries.
  func lock() throws(JournalFault) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else { throw .system(call: "flock", code: errno) }
      throw .locked(by: Int32(String(decoding: try read(limit: 16), as: UTF8.self)))
    }
    try truncate(to: 0)
    try write(Array(String(getpid()).utf8))
  }
}

/// The names of all that is in a folder.
func journalFileNames(in folder: String) throws(JournalFault) -> [String] {
  guard let stream = opendir(folder) else { throw .system(call: "opendir", code: errno) }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    names.append(name)
  }
  return names
}

/// Nanoseconds of a clock that only goes forward, for how long something took.
func monotonicNanoseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}
