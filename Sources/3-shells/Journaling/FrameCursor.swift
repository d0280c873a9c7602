/// Walks the frames of one segment, which may hold anything.
struct FrameCursor {
  let bytes: [UInt8]
  /// The next frame, or the first octet that is no frame.
  private(set) var offset: Int
  /// Why the walk ended before the end.
  private(set) var damage: JournalDamage.Reason?

  /// - Parameter bytes: a segment whose header is good.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    offset = SegmentHeader.length
  }

  /// The next frame with a wanted key: the others are stepped over by their length and not
  /// looked at, so that damage in them may stay unnoticed.
  mutating func next(where wanted: (RecordKey) -> Bool) -> (key: RecordKey, payload: Range<Int>)? {
    while damage == nil, offset < bytes.count {
      guard bytes.count - offset >= Frame.headerLength else { return stop(.cut) }
      let length = Int(bytes.load(UInt32.self, at: offset))
      guard length <= Frame.payloadLimit else { return stop(.checksum) }
      let payload = offset + Frame.headerLength
      guard length <= bytes.count - payload else { return stop(.cut) }
      let key = RecordKey(
        kind: bytes[offset + Frame.keyOffset],
        high: bytes.load(UInt16.self, at: offset + Frame.keyOffset + 1),
        low: bytes.load(UInt64.self, at: offset + Frame.keyOffset + 3))
      if wanted(key) {
        let checksum = bytes.load(UInt32.self, at: offset + Frame.checksumOffset)
        guard checksum == Frame.checksum(bytes, start: offset, length: length) else {
          return stop(.checksum)
        }
        offset = payload + length
        return (key, payload..<offset)
      }
      offset = payload + length
    }
    return nil
  }

  private mutating func stop(
    _ reason: JournalDamage.Reason
  ) -> (key: RecordKey, payload: Range<Int>)? {
    damage = reason
    return nil
  }
}
