/// A record as it was read.
package struct JournalRecord {
  package var key: RecordKey
  package var payload: ArraySlice<UInt8>
  /// The owner's version under which the payload was written.
  package var version: UInt16
  package var segment: SegmentNumber
}

/// Reads what a journal holds. What is damaged is told and left out; it never ends the reading of
/// what lies in other segments.
package struct JournalReader {
  private let disk: any JournalDisk
  private let segments: [SegmentNumber]
  private var damage = JournalDamage()

  private init(_ disk: any JournalDisk) throws(JournalFault) {
    self.disk = disk
    segments = try disk.segments()
  }

  /// Hands over what there is to recover, in the order in which it was written: what was
  /// committed, and perhaps a part of the last batch that was not.
  ///
  /// Records may come whose beginning is no longer there, of what had ended before a prune.
  /// - Throws: when the disk fails as a whole, or a newer program wrote here. A segment that the
  ///   disk cannot give (EIO) is damage.
  package static func recover(
    _ disk: any JournalDisk, _ body: (JournalRecord) -> Void
  ) throws(JournalFault) -> JournalDamage {
    var reader = try JournalReader(disk)
    for segment in reader.segments[try reader.recoveryRange()] {
      try reader.read(segment, onlyIfValid: true, where: { _ in true }, body)
    }
    return reader.damage
  }

  /// Hands over the records with a wanted key in every segment that is still there, needed or not.
  package static func scanAll(
    _ disk: any JournalDisk, where wanted: (RecordKey) -> Bool, _ body: (JournalRecord) -> Void
  ) throws(JournalFault) -> JournalDamage {
    var reader = try JournalReader(disk)
    for segment in reader.segments {
      do {
        try reader.read(segment, onlyIfValid: false, where: wanted, body)
      } catch .missing {
        // The journal is in use and has just been pruned.
      }
    }
    return reader.damage
  }

  /// The oldest segment that must be read now.
  static func recoveryStart(_ disk: any JournalDisk) throws(JournalFault) -> SegmentNumber? {
    let reader = try JournalReader(disk)
    let range = try reader.recoveryRange()
    return range.isEmpty ? nil : reader.segments[range.lowerBound]
  }

  /// From the oldest segment that the last good header names, or from the last whole rebase.
  private func recoveryRange() throws(JournalFault) -> Range<Int> {
    var oldest: SegmentNumber?
    for index in segments.indices.reversed() {
      let segment = segments[index]
      if let oldest, segment < oldest { return index + 1..<segments.count }
      guard let start = try octets(of: segment, limit: SegmentHeader.length),
        let header = try SegmentHeader(start, of: segment)
      else { continue }
      if oldest == nil { oldest = header.oldest }
      if header.isRebase, let bytes = try octets(of: segment, limit: .max),
        Self.holdsWholeRebase(bytes)
      {
        return index..<segments.count
      }
    }
    return segments.indices
  }

  private static func holdsWholeRebase(_ bytes: [UInt8]) -> Bool {
    var cursor = FrameCursor(bytes)
    while let frame = cursor.next(where: { _ in true }) {
      if frame.key == .rebaseEnd { return true }
    }
    return false
  }

  /// Nil when this part of the disk is broken.
  private func octets(of segment: SegmentNumber, limit: Int) throws(JournalFault) -> [UInt8]? {
    do {
      return try disk.read(segment, limit: limit)
    } catch .system(_, JournalFault.inputOutputError) {
      return nil
    }
  }

  private mutating func read(
    _ segment: SegmentNumber, onlyIfValid: Bool, where wanted: (RecordKey) -> Bool,
    _ body: (JournalRecord) -> Void
  ) throws(JournalFault) {
    guard let bytes = try octets(of: segment, limit: .max) else {
      let fault = JournalFault.system(call: "read", code: JournalFault.inputOutputError)
      return report(segment, at: 0, of: 0, .unreadable(fault))
    }
    guard let header = try SegmentHeader(bytes, of: segment) else {
      return report(segment, at: 0, of: bytes.count, .header)
    }
    if onlyIfValid, header.isRebase, !Self.holdsWholeRebase(bytes) {
      return report(segment, at: SegmentHeader.length, of: bytes.count, .unfinishedRebase)
    }
    var cursor = FrameCursor(bytes)
    while let frame = cursor.next(where: wanted) {
      if frame.key == .rebaseEnd { continue }
      body(
        JournalRecord(
          key: frame.key, payload: bytes[frame.payload], version: header.version,
          segment: segment))
    }
    if let reason = cursor.damage { report(segment, at: cursor.offset, of: bytes.count, reason) }
  }

  private mutating func report(
    _ segment: SegmentNumber, at offset: Int, of count: Int, _ reason: JournalDamage.Reason
  ) {
    damage.places.append(
      JournalDamage.Place(
        segment: segment, offset: offset, bytes: count - offset, reason: reason,
        isTail: segment == segments.last))
  }
}
