import MediaControl
import SDP

/// Remembers the session descriptions that were read last: one step asks for the same one several
/// times, and for the offer beside its answer.
struct DescriptionMemo {
  struct Reading {
    let body: [UInt8]
    let description: SessionDescription
    let media: [RemoteMedia]
  }

  private var last: Reading?
  private var beforeLast: Reading?

  /// Nil for what is no description.
  mutating func read(_ body: [UInt8]) -> Reading? {
    // Mostly the very same array, which is seen without a look inside.
    if let last, last.body == body { return last }
    if let beforeLast, beforeLast.body == body {
      swap(&self.last, &self.beforeLast)
      return last
    }
    guard let description = try? SDPRewriting.read(body) else { return nil }
    beforeLast = last
    last = Reading(
      body: body, description: description, media: RemoteMedia.streams(of: description))
    return last
  }
}
