import Addressing
import Glibc

/// Why a relay cannot start. The configuration or the machine is to blame.
package enum MediaPlaneFault: Error, Equatable, Sendable {
  /// No even port with a successor in the range, or a limit that is not positive.
  case configuration(String)
  /// The address cannot be bound here; the system's error number.
  case address(IPAddress, Int32)
  /// Not one pair of the range could be bound.
  case noPorts
  /// A system call failed; its name and the system's error number.
  case system(String, Int32)
}

extension MediaPlaneFault: CustomStringConvertible {
  package var description: String {
    switch self {
    case .configuration(let text): "media: \(text)"
    case .address(let address, EADDRNOTAVAIL):
      "media.address: \(address) is not an address of this machine; write one that `ip address` "
        + "shows, and the public one as media.advertise"
    case .address(let address, let code):
      "media.address: \(address) cannot be used: \(String(cString: strerror(code)))"
    case .noPorts: "media.ports: not one pair of the range is free; choose another range"
    case .system(let call, let code): "media: \(call): \(String(cString: strerror(code)))"
    }
  }
}
