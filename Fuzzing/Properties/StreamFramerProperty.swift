import SIP

/// The first octet seeds where the rest is cut, and whether the framer's bounds are within reach.
func checkStreamFramer(_ octets: [UInt8]) throws(PropertyViolation) {
  guard let seed = octets.first else { return }
  let stream = octets.dropFirst()
  let limits = seed < 64 ? SIPLimits(messageBytes: 300) : .standard
  let whole = frames(of: stream, limits: limits) { _ in stream.count }
  var state = UInt32(seed)
  let cut = frames(of: stream, limits: limits) { _ in
    // Any generator would do: this one is a linear congruential one of 32 bits.
    state = state &* 1_664_525 &+ 1_013_904_223
    return 1 + Int(state >> 24) % (seed.isMultiple(of: 2) ? 4 : 200)
  }
  try expectEqual("the frames of a stream, cut and whole", cut.frames, whole.frames)
  try expectEqual("the fault of a stream, cut and whole", cut.fault, whole.fault)
  for frame in whole.frames {
    guard case .message(let bytes) = frame, let message = try? SIPMessage(bytes) else { continue }
    // RFC 3261 §18.3: the stream ends a message where its Content-Length does.
    let body = Array(message.body)
    try expectEqual("a message ends with its body", Array(bytes.suffix(body.count)), body)
  }
}

private func frames(
  of stream: ArraySlice<UInt8>, limits: SIPLimits, piece: (Int) -> Int
) -> (frames: [StreamFramer.Frame], fault: FramingError?) {
  var framer = StreamFramer(limits: limits)
  var frames: [StreamFramer.Frame] = []
  var rest = stream
  while !rest.isEmpty {
    let count = min(piece(rest.count), rest.count)
    framer.append(rest.prefix(count))
    rest = rest.dropFirst(count)
    do throws(FramingError) {
      while let frame = try framer.next() { frames.append(frame) }
    } catch {
      return (frames, error)
    }
  }
  return (frames, nil)
}
