import Foundation
import Glibc
import Machines

/// What the system says of this process.
struct ProcessReading: Sendable {
  var cpuSeconds = 0.0
  var residentBytes = 0
  var openDescriptors = 0
  var maximumDescriptors = 0
  /// Since the Unix epoch.
  var startedSeconds = 0.0

  init(started: WallTime) {
    startedSeconds = Double(started.nanoseconds) / 1e9
    var usage = rusage()
    if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
      cpuSeconds = usage.ru_utime.seconds + usage.ru_stime.seconds
    }
    // proc(5): the second number is the resident set in pages.
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
      .split(separator: " ").dropFirst().first.flatMap { Int($0) }
    residentBytes = (pages ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    openDescriptors =
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      maximumDescriptors = Int(clamping: limit.rlim_cur)
    }
  }
}

extension timeval {
  fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}
