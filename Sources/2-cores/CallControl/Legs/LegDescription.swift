import MediaControl

/// A party's last session description, as it came and as the media plane reads it.
package struct RemoteDescription: Equatable, Sendable {
  package let body: [UInt8]
  /// One for each media line.
  package let media: [RemoteMedia]
}
