import CallControl
import Journaling
import Machines
import SIP

/// Makes a call's trace of its records and of the marks of processes, in the log's order.
struct TraceFold {
  let id: CallID
  private(set) var call: Call?
  var began: Now?
  private var parties: [TraceParty] = []
  private(set) var rows: [TraceRow] = []
  /// What the party said of its media last, and what it was told.
  private var said: [LegID: [UInt8]] = [:]
  private var told: [LegID: [UInt8]] = [:]
  var lastNote: String?

  // The processes
  var program: String?
  /// The last moment at which the process that wrote is known to have lived.
  var lastSign: Now?
  var stopReason: String?
  /// Ends and beginnings of processes, which count if the call goes on after them.
  var interruptions: [TraceRow] = []

  init(_ id: CallID) {
    self.id = id
  }

  mutating func take(_ record: JournalRecord) {
    switch record.key.recordKind {
    case .step, .snapshot:
      do throws(LogFault) {
        take(try CallLogStep.decode(record.payload, version: record.version))
      } catch {
        noteGap("a record of the call cannot be read: \(error)")
      }
    case .started, .alive, .stopped:
      if let mark = try? ProcessMark(record.payload) { take(mark, record.key.recordKind) }
    case .closed, nil:
      break
    }
  }

  /// Nil if nothing of the call could be read.
  func finish() -> CallTrace? {
    guard let call, began != nil else { return nil }
    var all = rows
    if call.release == nil { all += interruptions + lastRows(of: call) }
    return CallTrace(
      id: id, began: call.opening.time, dialled: call.opening.dialled, program: program,
      parties: parties, rows: all, isInProgress: call.release == nil)
  }

  // MARK: Steps

  private mutating func take(_ step: CallLogStep) {
    if case .opened(let opening)? = step.events.first, call != nil || step.cause == .snapshot {
      return open(opening, withAllOf: step)
    }
    if began == nil { began = step.now }
    rows += interruptions
    interruptions = []
    lastSign = later(lastSign, step.now)
    fold(step)
  }

  private mutating func fold(_ step: CallLogStep) {
    let received = TraceMessage(step.cause, media: mediaReceived(in: step))
    if let received { add(.message(received), step.now) }
    if let text = note(on: step.cause) { add(.note(text), step.now) }
    for event in step.events where apply(event) {
      if let message = message(of: event) { add(.message(message), step.now) }
      if let text = note(on: event), text != lastNote {
        add(.note(text), step.now)
        lastNote = text
      }
    }
  }

  /// A call that was written down whole says nothing new, unless something before it is missing.
  private mutating func open(_ opening: CallOpening, withAllOf step: CallLogStep) {
    guard let whole = try? Call(replaying: step.events) else {
      return noteGap("a snapshot of the call cannot be read")
    }
    if call == nil {
      let elapsed = step.now.wall - opening.time
      began =
        began
        ?? Now(
          steady: Instant(nanoseconds: step.now.steady.nanoseconds &- elapsed.wholeNanoseconds),
          wall: opening.time)
      add(.note("what came before is not in the log any more"), step.now)
    } else if call != whole {
      add(.note("the log has a gap before this: its disk failed, or is damaged"), step.now)
    }
    call = whole
    parties = whole.legs.map(TraceParty.init)
    lastSign = later(lastSign, step.now)
  }

  private mutating func apply(_ event: CallEvent) -> Bool {
    switch event {
    case .opened(let opening):
      call = Call(opening: opening)
      parties = [TraceParty(opening.caller)]
      return true
    case .legOpened(let leg):
      guard replay(event) else { return false }
      parties.append(TraceParty(leg))
      return true
    default:
      return replay(event)
    }
  }

  private mutating func replay(_ event: CallEvent) -> Bool {
    guard call != nil, (try? call?.replay(event)) != nil else {
      noteGap("events of the call are missing here")
      return false
    }
    return true
  }

  // MARK: Media

  /// What the message that a step took says of media. The opening has it in itself; the same
  /// said again is no news.
  private mutating func mediaReceived(in step: CallLogStep) -> [String] {
    guard let leg = step.cause.party else { return [] }
    var body: [UInt8]?
    for event in step.events {
      switch event {
      case .opened(let opening): body = opening.offer
      case .leg(leg, .remoteDescribed(let description)): body = description.body
      default: break
      }
    }
    guard let body, said[leg] != body else { return [] }
    said[leg] = body
    return DescriptionSummary.lines(of: body)
  }

  mutating func mediaSent(in message: SIPMessage, to leg: LegID) -> [String] {
    let body = Array(message.body)
    let isDescription = message.contentType?.lowercased().hasPrefix("application/sdp") ?? false
    guard !body.isEmpty, isDescription, told[leg] != body else { return [] }
    told[leg] = body
    return DescriptionSummary.lines(of: body)
  }

  // MARK: Rows

  private mutating func noteGap(_ text: String) {
    guard let now = lastSign ?? began, text != lastNote else { return }
    add(.note(text), now)
    lastNote = text
  }

  private mutating func add(_ content: TraceRow.Content, _ now: Now) {
    if case .message = content { lastNote = nil }
    rows.append(row(content, now))
  }

  func row(_ content: TraceRow.Content, _ now: Now) -> TraceRow {
    TraceRow(
      time: now.wall, offset: began.map { now.steady - $0.steady } ?? .zero, content: content)
  }
}

extension TraceParty {
  init(_ leg: Leg) {
    self.init(leg: leg.id, name: leg.party, address: leg.flow.place)
  }
}

extension Flow {
  /// `udp:192.0.2.1:5060`.
  var place: String { "\(transport.rawValue):\(remote)" }
}

extension CallCause {
  /// Whose message it was.
  fileprivate var party: LegID? {
    switch self {
    case .request(let leg, _, _), .response(let leg, _, _, _, _): leg
    default: nil
    }
  }
}
