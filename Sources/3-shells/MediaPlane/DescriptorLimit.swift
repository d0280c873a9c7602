import Glibc

/// The process's limit of open descriptors, of which each pair of ports takes two.
enum DescriptorLimit {
  /// Raises the soft limit towards the hard one, to hold this many more than the usual handful.
  /// Where even the hard limit is lower, fewer ports get bound.
  static func raise(toHold count: Int) {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return }
    let needed = limit.rlim_cur &+ rlim_t(clamping: count)
    // Raised by what is needed, not to it: what the rest of the program opens stays available.
    guard limit.rlim_cur != .max, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = min(max(needed, limit.rlim_cur), limit.rlim_max)
    setrlimit(resource, &limit)
  }
}
