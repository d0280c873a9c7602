import Foundation
import Glibc

/// A folder for one test's files, gone with the test.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "tandem-journal-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A tmpfs of a few pages, unmounted with the test.
final class SmallFileSystem {
  let path: String

  static let isPossible: Bool = {
    guard let folder = try? TemporaryFolder() else { return false }
    return (try? SmallFileSystem(at: folder.path + "/small", octets: 64 << 10)) != nil
  }()

  init(at path: String, octets: Int) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(octets)") == 0 else { throw Impossible() }
  }

  deinit { umount2(path, Int32(MNT_DETACH)) }

  func grow(to octets: Int) throws {
    let remount = UInt(MS_REMOUNT)
    guard mount("tmpfs", path, "tmpfs", remount, "size=\(octets)") == 0 else { throw Impossible() }
  }

  struct Impossible: Error {}
}
