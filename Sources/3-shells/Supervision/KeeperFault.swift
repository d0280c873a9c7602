import Glibc

/// Why keeper and worker cannot do what was asked.
package enum KeeperFault: Error, Equatable, Sendable {
  /// A system call failed; its name and the system's error number.
  case system(String, Int32)
  /// A name, a payload or a list of descriptors is longer than `KeeperLimits` allows, or too much
  /// is kept already.
  case limit(String)
  /// The keeper takes nothing or says nothing for longer than it ever should.
  case keeperSilent
  /// The keeper died while this worker waited to take over: the old worker goes on.
  case keeperLost
}

extension KeeperFault: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
    case .limit(let text): text
    case .keeperSilent: "the keeper does not answer"
    case .keeperLost: "the keeper died"
    }
  }
}

/// Every bound of what a keeper holds.
package enum KeeperLimits {
  /// UTF-8 octets of a name.
  package static let name = 255
  /// Octets beside the descriptors of one name. Room for a SIP message and what is said of it.
  package static let payload = 96 * 1024
  /// Descriptors of one name; the kernel sends 253 at most (SCM_MAX_FD of unix(7)).
  package static let descriptors = 250
  /// Names.
  package static let items = 65_536
}
