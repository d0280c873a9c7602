import Addressing

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
