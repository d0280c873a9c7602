import CallControl
import Machines

/// A call's trace as a picture for a terminal: an upright for each party with Tandem behind the
/// caller, an arrow for each message, seconds since the call began at the left.
///
/// 98 columns wide for a caller and one phone, 42 more for each further phone. What strangers
/// wrote is shown as text, and cut with … where there is no room for it.
package struct LadderDiagram {
  private let trace: CallTrace
  /// The columns of the uprights: the caller's, Tandem's, the phones'.
  private let uprights: [Int]
  private let width: Int

  private static let firstUpright = 12
  private static let distance = 42
  /// Of a head over the caller's or the last phone's upright, which stand near an edge.
  private static let headRoom = 27

  package init(_ trace: CallTrace) {
    self.trace = trace
    let count = max(2, trace.parties.count + 1)
    uprights = (0..<count).map { Self.firstUpright + $0 * Self.distance }
    width = Self.firstUpright + (count - 1) * Self.distance + 2
  }

  package var lines: [String] {
    var lines = heading + columnHeads
    var last = Duration.zero
    for row in trace.rows {
      // Where much time lies between, the eye is given room.
      if row.offset - last >= .seconds(1) { lines.append(blank.text) }
      last = row.offset
      lines += draw(row)
    }
    return lines
  }

  package var text: String { lines.joined(separator: "\n") + "\n" }

  // MARK: Heads

  private var heading: [String] {
    let caller = trace.parties.first?.name ?? "?"
    let program = trace.program.map { " by \($0)" } ?? ""
    return [
      "Call \(trace.id): \(caller) dials \(trace.dialled)",
      "\(trace.began)\(program)\(trace.isInProgress ? ", in progress" : "")",
    ].map { $0.printable.cut(to: width) } + [""]
  }

  private var columnHeads: [String] {
    var (names, places) = (LadderLine(width: width), LadderLine(width: width))
    names.center("Tandem", at: uprights[1])
    for (index, party) in trace.parties.enumerated() {
      let column = upright(of: party.leg)
      let room = index == 0 || column == uprights.last ? Self.headRoom : Self.distance - 2
      names.center(party.name.printable.cut(to: room), at: column)
      places.center(party.address.printable.cut(to: room), at: column)
    }
    return [names.text, places.text, blank.text]
  }

  // MARK: Rows

  private func draw(_ row: TraceRow) -> [String] {
    switch row.content {
    case .message(let message): return draw(message, at: row.offset)
    case .note(let text): return draw(note: text, at: row.offset)
    case .processEnded(let text), .processBegan(let text):
      return draw(process: text, at: row.offset)
    }
  }

  private func draw(_ message: TraceMessage, at offset: Duration) -> [String] {
    let (party, tandem) = (upright(of: message.leg), uprights[1])
    let (left, right) = (min(party, tandem), max(party, tandem))
    // The label stands in the space beside the party: other phones' uprights are crossed before.
    let labelled = message.leg == .caller ? left : right - Self.distance
    var line = blank
    line.put(stamp(offset), at: 0)
    line.fill(left + 1..<right, with: "─")
    for column in uprights where left < column && column < right { line.put("┼", at: column) }
    let pointsRight = message.isReceived == (party < tandem)
    line.put(pointsRight ? "├" : "◀", at: pointsRight ? left : left + 1)
    line.put(pointsRight ? "▶" : "┤", at: pointsRight ? right - 1 : right)
    line.put(" \(label(message)) ", at: labelled + 3)
    let rest = message.media.flatMap { wrapped($0.printable, to: Self.distance - 4) }
    return [line.text]
      + rest.map { text in
        var line = blank
        line.put(text, at: labelled + 3)
        return line.text
      }
  }

  /// The title gives way where there is no room, the number stays.
  private func label(_ message: TraceMessage) -> String {
    let title = message.title.printable
    let whole = message.text.printable
    let surplus = whole.count - (Self.distance - 8)
    guard surplus > 0 else { return whole }
    return title.cut(to: max(4, title.count - surplus))
      + whole.dropFirst(title.count).prefix(Self.distance - 12)
  }

  private func draw(note: String, at offset: Duration) -> [String] {
    let texts = wrapped(note.printable, to: width - Self.firstUpright - 4)
    return texts.enumerated().map { index, text in
      var line = blank
      if index == 0 { line.put(stamp(offset), at: 0) }
      line.put(index == 0 ? "• \(text) " : "  \(text) ", at: Self.firstUpright + 2)
      return line.text
    }
  }

  private func draw(process text: String, at offset: Duration) -> [String] {
    var line = LadderLine(width: width)
    line.put(stamp(offset), at: 0)
    line.fill(Self.firstUpright..<width, with: "═")
    line.put(
      " \(text.printable.cut(to: width - Self.firstUpright - 6)) ", at: Self.firstUpright + 3)
    return [line.text]
  }

  // MARK: Parts

  private var blank: LadderLine {
    var line = LadderLine(width: width)
    for column in uprights { line.put("│", at: column) }
    return line
  }

  /// Legs stand in their order, the caller's before Tandem.
  private func upright(of leg: LegID) -> Int {
    let index = trace.parties.firstIndex { $0.leg == leg } ?? 0
    return uprights[index == 0 ? 0 : index + 1]
  }

  private func stamp(_ offset: Duration) -> String {
    let text = offset < .zero ? offset.thousandths : "+" + offset.thousandths
    return String(repeating: " ", count: max(0, 11 - text.count)) + text
  }

  /// At blanks where there are some, else anywhere.
  private func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
      if line.count > width { line = line.cut(to: width) }
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
