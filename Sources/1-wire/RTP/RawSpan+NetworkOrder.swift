// The one file of this target that loads raw memory. Each load is checked against the span first,
// so an offset that a peer chose cannot reach outside it.

extension RawSpan {
  /// The octet at an offset, or nil outside the span.
  @inline(__always)
  func octet(at offset: Int) -> UInt8? {
    guard offset >= 0, offset < byteCount else { return nil }
    return unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
  }

  /// Two octets in network order, or nil when they do not lie inside the span.
  @inline(__always)
  func word16(at offset: Int) -> UInt16? {
    guard offset >= 0, offset <= byteCount - 2 else { return nil }
    return UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  /// Four octets in network order, or nil when they do not lie inside the span.
  @inline(__always)
  func word32(at offset: Int) -> UInt32? {
    guard offset >= 0, offset <= byteCount - 4 else { return nil }
    return UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}
