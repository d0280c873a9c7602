/// The header lines of a message in order: the first forty lie inside, so that an ordinary message
/// is indexed without an allocation.
struct HeaderIndex: Sendable {
  static let inlineCapacity = 40

  private var near = InlineArray<40, HeaderLine>(repeating: HeaderLine())
  private var far: [HeaderLine] = []
  private(set) var count = 0

  /// The span lends the inline lines; plain subscripting would copy all forty.
  @inline(__always)
  subscript(position: Int) -> HeaderLine {
    get {
      if position < Self.inlineCapacity { return near.span[position] }
      return far[position - Self.inlineCapacity]
    }
    set {
      if position < Self.inlineCapacity {
        near[position] = newValue
      } else {
        far[position - Self.inlineCapacity] = newValue
      }
    }
  }

  /// The first line with this code from a place on.
  @inline(__always)
  func first(_ header: KnownHeader, from start: Int = 0) -> Int? {
    let lines = near.span
    var position = start
    while position < min(count, Self.inlineCapacity) {
      if lines[position].code == header.rawValue { return position }
      position &+= 1
    }
    while position < count {
      if far[position - Self.inlineCapacity].code == header.rawValue { return position }
      position &+= 1
    }
    return nil
  }

  @inline(__always)
  mutating func append(_ line: HeaderLine) {
    if count < Self.inlineCapacity { near[count] = line } else { far.append(line) }
    count &+= 1
  }

  mutating func insert(_ line: HeaderLine, at position: Int) {
    append(line)
    var place = count - 1
    while place > position {
      self[place] = self[place - 1]
      place -= 1
    }
    self[position] = line
  }

  mutating func remove(at position: Int) {
    for place in position..<(count - 1) { self[place] = self[place + 1] }
    count -= 1
    if count >= Self.inlineCapacity { far.removeLast() }
  }

  /// Moves the lines from `position` on, when bytes before them came or went.
  mutating func shift(from position: Int, by distance: Int) {
    guard distance != 0 else { return }
    for place in position..<max(position, count) { self[place].shift(by: distance) }
  }
}
