import CallControl
import Machines

/// When a process began, was alive, or ended, and what is to be said of it.
package struct ProcessMark: Equatable, Sendable {
  package let now: Now
  package let text: String

  /// What a process that takes no new calls says of itself.
  static let draining = "draining"

  package init(now: Now, text: String) {
    self.now = now
    self.text = text
  }

  package func encode(into bytes: inout [UInt8]) {
    var encoder = LogEncoder(bytes: [])
    encoder.write(now)
    encoder.write(text)
    bytes += encoder.bytes
  }

  package init(_ bytes: ArraySlice<UInt8>) throws(LogFault) {
    var decoder = LogDecoder(bytes)
    now = try decoder.readNow()
    text = try decoder.readString()
  }
}
