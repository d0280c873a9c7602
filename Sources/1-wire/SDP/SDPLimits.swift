/// How much of a description is read at most.
///
/// A browser's offer of audio and video comes to about 200 lines and 8 kilobytes.
public struct SDPLimits: Hashable, Sendable {
  public var bytes: Int
  public var lines: Int
  /// Octets in one line, its end not counted.
  public var lineBytes: Int
  public var media: Int

  public static let standard = SDPLimits()

  public init(bytes: Int = 65_536, lines: Int = 2000, lineBytes: Int = 8192, media: Int = 64) {
    self.bytes = bytes
    self.lines = lines
    self.lineBytes = lineBytes
    self.media = media
  }
}
