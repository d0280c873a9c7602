/// What is kept of a request so that responses to it can be written at any later time:
/// RFC 3261 §8.2.6.2 and §12.1.1.
public struct ResponseTemplate: Hashable, Sendable {
  /// Via (all), From, Call-ID, CSeq: header lines as they are to be sent.
  public let lines: [UInt8]
  /// Record-Route lines, which only responses that make a dialog repeat.
  public let recordRoutes: [UInt8]
  /// The To value without our tag.
  public let to: String
  public let hasToTag: Bool
  /// Where the responses go.
  public let flow: Flow

  /// The request's top Via is expected to be stamped already (§18.2.1).
  public init(of request: SIPMessage, flow: Flow) {
    lines = request.lineBytes(.via, .from, .callID, .cSeq)
    recordRoutes = request.lineBytes(.recordRoute)
    to = request.firstValue(.to) ?? ""
    hasToTag = request.hasToTag
    self.flow = flow
  }

  /// As it was when it was written down.
  public init(
    restoringLines lines: [UInt8], recordRoutes: [UInt8], to: String, hasToTag: Bool, flow: Flow
  ) {
    self.lines = lines
    self.recordRoutes = recordRoutes
    self.to = to
    self.hasToTag = hasToTag
    self.flow = flow
  }

  /// A response ready for its own headers and body; the tag is added unless the request had one.
  public func response(status: Int, reason: String? = nil, toTag: String?) -> MessageWriter {
    var writer = MessageWriter(status: status, reason: reason)
    writer.append(contentsOf: lines)
    writer.add(.to, to, tag: hasToTag ? nil : toTag)
    if (101...299).contains(status) {
      writer.append(contentsOf: recordRoutes)
    }
    return writer
  }
}
