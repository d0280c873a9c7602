import Glibc

/// The process's limit of open descriptors, of which each pair of ports takes two.
enum DescriptorLimit {
  /// How many pairs of ports may be bound at one time: what the limit allows, less a share for
  /// the rest of the program (connections, the database).
  static var affordablePairs: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1 }
    let all = Int(clamping: limit.rlim_cur)
    return max(1, (all - min(4096, all / 4)) / 2)
  }
}
