import SIP

extension Dialog: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(9)
    log.write(callID)
    log.write(localTag)
    log.write(remoteTag)
    log.write(localAddress)
    log.write(remoteAddress)
    log.write(remoteTarget)
    log.write(routeSet)
    log.write(localCSeq)
    log.write(remoteCSeq)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(9)
    self.init(
      callID: try log.next(), localTag: try log.next(), remoteTag: try log.next(),
      localAddress: try log.next(), remoteAddress: try log.next(), remoteTarget: try log.next(),
      routeSet: try log.next(), localCSeq: try log.next(), remoteCSeq: try log.next())
  }
}

extension ResponseTemplate: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(5)
    log.write(lines)
    log.write(recordRoutes)
    log.write(to)
    log.write(hasToTag)
    log.write(flow)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(5)
    self.init(
      restoringLines: try log.next(), recordRoutes: try log.next(), to: try log.next(),
      hasToTag: try log.next(), flow: try log.next())
  }
}
