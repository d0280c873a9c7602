extension CallProgramme: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(6)
    log.write(service)
    log.write(start)
    log.write(end)
    log.write(synchronizationSource)
    log.write(sequenceNumber)
    log.write(timestamp)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(6)
    self.init(
      service: try log.next(), start: try log.next(), end: try log.next(),
      synchronizationSource: try log.next(), sequenceNumber: try log.next(),
      timestamp: try log.next())
  }
}
