import CLinux
import Glibc

/// What a keeper has its service manager hold, in case it dies together with its worker: sockets,
/// which the manager gives to the next process that it starts (FDSTORE of sd_notify(3),
/// sd_listen_fds(3)).
///
/// A descriptor is stored by itself, because the manager keeps no order among those of one name.
/// It is called `1.2.` and the name: the first of two. Names may not contain colons and the like,
/// so these are written as `%3A`.
enum StoredDescriptors {
  /// Octets of a name, for systemd(1).
  static let longestName = 255
  /// The first descriptor that a manager passes on.
  private static let first: Int32 = 3

  /// Nil for names that are too long.
  static func names(of name: String, count: Int) -> [String]? {
    let names = (0..<count).map { "\($0 + 1).\(count).\(escaped(name))" }
    return names.allSatisfy { $0.utf8.count <= longestName } ? names : nil
  }

  /// What the manager of this process holds of an earlier one, each name with all that it had. What
  /// makes no sense is closed.
  ///
  /// - Parameter process: this one; what was meant for another is let be.
  static func passed(
    _ environment: [String: String], to process: pid_t
  ) -> [(name: String, descriptors: [Int32])] {
    guard environment["LISTEN_PID"].flatMap({ pid_t($0) }) == process,
      let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }),
      count > 0, Int(count) <= KeeperLimits.items
    else { return [] }
    let names = (environment["LISTEN_FDNAMES"] ?? "").split(
      separator: ":", omittingEmptySubsequences: false)
    for index in 0..<count { _ = fcntl(first + index, F_SETFD, FD_CLOEXEC) }
    let padding = [Substring](repeating: "", count: max(0, Int(count) - names.count))
    let (whole, useless) = arranged(Array(names.prefix(Int(count))) + padding, first: first)
    for descriptor in useless { close(descriptor) }
    return whole
  }

  /// Puts together what belongs together.
  ///
  /// - Parameters:
  ///   - names: as the manager gives them.
  ///   - first: the descriptor of the first name; the others follow.
  static func arranged(
    _ names: [Substring], first: Int32
  ) -> (whole: [(name: String, descriptors: [Int32])], useless: [Int32]) {
    var found: [String: (count: Int, parts: [Int: Int32])] = [:]
    var useless: [Int32] = []
    for (descriptor, text) in zip(first..., names) {
      guard let part = Part(text), found[part.name, default: (part.count, [:])].count == part.count,
        found[part.name]?.parts[part.index] == nil
      else {
        useless.append(descriptor)
        continue
      }
      found[part.name, default: (part.count, [:])].parts[part.index] = descriptor
    }
    var whole: [(name: String, descriptors: [Int32])] = []
    for (name, (count, parts)) in found.sorted(by: { $0.key < $1.key }) {
      if parts.count == count {
        whole.append((name, parts.sorted { $0.key < $1.key }.map(\.value)))
      } else {
        useless += parts.values
      }
    }
    return (whole, useless)
  }

  /// `2.2.media%20…`, read.
  private struct Part {
    let index: Int
    let count: Int
    let name: String

    init?(_ text: Substring) {
      let fields = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, let number = Int(fields[0]), let count = Int(fields[1]),
        count <= KeeperLimits.descriptors, number >= 1, number <= count,
        let name = unescaped(fields[2])
      else { return nil }
      index = number
      self.count = count
      self.name = name
    }
  }

  private static func escaped(_ name: String) -> String {
    var text = ""
    for octet in name.utf8 {
      switch octet {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
        text.unicodeScalars.append(Unicode.Scalar(octet))
      default:
        text += octet < 16 ? "%0" : "%"
        text += String(octet, radix: 16, uppercase: true)
      }
    }
    return text
  }

  private static func unescaped(_ text: Substring) -> String? {
    var octets: [UInt8] = []
    var rest = text.utf8
    while let octet = rest.popFirst() {
      guard octet == UInt8(ascii: "%") else {
        octets.append(octet)
        continue
      }
      guard rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) else {
        return nil
      }
      octets.append(value)
      rest = rest.dropFirst(2)
    }
    let name = String(validating: octets, as: UTF8.self)
    return name.flatMap { $0.utf8.count <= KeeperLimits.name ? $0 : nil }
  }
}
