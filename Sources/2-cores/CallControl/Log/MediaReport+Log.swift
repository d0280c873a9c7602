import MediaControl

extension MediaReport: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(3)
    log.write(stream)
    log.write(fromCaller)
    log.write(fromCallee)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(3)
    self.init(stream: try log.next(), fromCaller: try log.next(), fromCallee: try log.next())
  }
}

extension MediaQuality: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(4)
    log.write(packets)
    log.write(octets)
    log.write(lost)
    log.write(jitter)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(4)
    self.init(
      packets: try log.next(), octets: try log.next(), lost: try log.next(),
      jitter: try log.next())
  }
}

extension Bridge: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(2)
    log.write(callee)
    log.write(streams)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(2)
    self.init(callee: try log.next(), streams: try log.next())
  }
}

extension RemoteDescription: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(2)
    log.write(body)
    log.write(media)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(2)
    self.init(body: try log.next(), media: try log.next())
  }
}

extension RemoteMedia: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(5)
    log.write(rtp)
    log.write(rtcp)
    log.write(sends)
    log.write(receives)
    log.write(isRTP)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(5)
    self.init(
      rtp: try log.next(), rtcp: try log.next(), sends: try log.next(),
      receives: try log.next(), isRTP: try log.next())
  }
}

extension OriginIdentity: LogValue {
  func encode(into log: inout LogEncoder) {
    log.write(sessionID)
    log.write(version)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    self.init(sessionID: try log.next(), version: try log.next())
  }
}
