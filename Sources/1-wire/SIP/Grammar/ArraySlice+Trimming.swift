extension ArraySlice<UInt8> {
  /// Without such bytes at both ends. Only the bounds move: `removeFirst` and `removeLast` would
  /// copy the slice.
  func trimming(_ isTrimmed: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    var (start, end) = (startIndex, endIndex)
    while start < end, isTrimmed(self[start]) { start += 1 }
    while end > start, isTrimmed(self[end - 1]) { end -= 1 }
    return self[start..<end]
  }
}
