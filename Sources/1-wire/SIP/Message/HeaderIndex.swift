/// The header lines of a message in order: the first twenty-four lie inside, so that an ordinary
/// message is indexed without an allocation. Which names are there, and where the most wanted ones
/// come first, is noted on the way.
struct HeaderIndex: Sendable {
  static let inlineCapacity = 24

  private var near = InlineArray<24, HeaderLine>(repeating: HeaderLine())
  private var far: [HeaderLine] = []
  private(set) var count = 0
  /// A bit for each code that a line has: those below 64, and the rest.
  private var present: UInt64 = 0
  private var presentBeyond: UInt64 = 0
  /// A bit for each code below 64 that several lines have.
  private var repeated: UInt64 = 0
  private var wanted = WantedLines()

  /// The span lends the inline lines; plain subscripting would copy them all.
  @inline(__always)
  subscript(position: Int) -> HeaderLine {
    if position < Self.inlineCapacity { return near.span[position] }
    return far[position - Self.inlineCapacity]
  }

  private mutating func put(_ line: HeaderLine, at position: Int) {
    if position < Self.inlineCapacity {
      near[position] = line
    } else {
      far[position - Self.inlineCapacity] = line
    }
  }

  /// Whether a line has this code.
  @inline(__always)
  func contains(_ header: KnownHeader) -> Bool {
    let code = header.rawValue
    return (code < 64 ? present : presentBeyond) &>> UInt64(code) & 1 == 1
  }

  /// The first line with this code.
  @inline(__always)
  func firstLine(_ header: KnownHeader) -> HeaderLine? {
    guard contains(header) else { return nil }
    if WantedLines.includes(header) { return wanted[header] }
    return first(header, from: 0).map { self[$0] }
  }

  /// The first line with this code from a place on.
  @inline(__always)
  func first(_ header: KnownHeader, from start: Int) -> Int? {
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
    note(line)
    if count < Self.inlineCapacity { near[count] = line } else { far.append(line) }
    count &+= 1
  }

  mutating func insert(_ line: HeaderLine, at position: Int) {
    append(line)
    var place = count - 1
    while place > position {
      put(self[place - 1], at: place)
      place -= 1
    }
    put(line, at: position)
    noteAll()
  }

  mutating func replace(_ line: HeaderLine, at position: Int) {
    put(line, at: position)
    noteAll()
  }

  mutating func remove(at position: Int) {
    for place in position..<(count - 1) { put(self[place + 1], at: place) }
    count -= 1
    if count >= Self.inlineCapacity { far.removeLast() }
    noteAll()
  }

  /// Moves the lines from `position` on, when bytes before them came or went.
  mutating func shift(from position: Int, by distance: Int) {
    guard distance != 0 else { return }
    for place in position..<max(position, count) {
      var line = self[place]
      line.shift(by: distance)
      put(line, at: place)
    }
    noteAll()
  }

  @inline(__always)
  private mutating func note(_ line: HeaderLine) {
    let bit: UInt64 = 1 &<< UInt64(line.code)
    guard line.code < 64 else {
      presentBeyond |= bit
      return
    }
    wanted.note(line, isFirst: present & bit == 0)
    repeated |= present & bit
    present |= bit
  }

  private mutating func noteAll() {
    (present, presentBeyond, repeated) = (0, 0, 0)
    for position in 0..<count { note(self[position]) }
  }
}

/// The first lines of what is read of every message, by their codes: those from Via to
/// Content-Length. They are apart from the others because a place that the compiler knows is read
/// without a copy of the lines around it.
private struct WantedLines: Sendable {
  /// The first one belongs to no code.
  private var lines = InlineArray<9, HeaderLine>(repeating: HeaderLine())

  @inline(__always)
  static func includes(_ header: KnownHeader) -> Bool {
    header.rawValue &- 1 < 8
  }

  @inline(__always)
  subscript(header: KnownHeader) -> HeaderLine { lines[Int(header.rawValue)] }

  /// Without a branch, since no processor foresees which header comes next.
  @inline(__always)
  mutating func note(_ line: HeaderLine, isFirst: Bool) {
    lines[isFirst && line.code < 9 ? Int(line.code) : 0] = line
  }
}

/// Names as bits, to be asked for at once; only of codes below 64.
struct HeaderSet {
  fileprivate let bits: UInt64

  init(_ headers: [KnownHeader]) {
    bits = headers.reduce(0) { bits, header in
      precondition(header.rawValue < 64)
      return bits | 1 << UInt64(header.rawValue)
    }
  }
}

extension HeaderIndex {
  /// Whether each of them has a line.
  func containsAll(_ headers: HeaderSet) -> Bool { headers.bits & ~present == 0 }

  /// Whether one of them has several lines.
  func repeatsAny(_ headers: HeaderSet) -> Bool { headers.bits & repeated != 0 }
}
