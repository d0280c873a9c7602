import MediaControl
import SIP

extension CallOpening: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(9)
    log.write(id)
    log.write(time)
    log.write(dialled)
    log.write(subscriber)
    log.write(maxForwards)
    log.write(caller)
    log.write(offer)
    log.write(callerIsBehindNAT)
    log.write(passedOn)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(9)
    self.init(
      id: try log.next(), time: try log.next(), dialled: try log.next(),
      subscriber: try log.next(), maxForwards: try log.next(), caller: try log.next(),
      offer: try log.next(), callerIsBehindNAT: try log.next(), passedOn: try log.next())
  }
}

extension PassedHeader: LogValue {
  func encode(into log: inout LogEncoder) {
    log.write(name.canonicalName)
    log.write(value)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    self.init(name: HeaderName(try log.readString()), value: try log.next())
  }
}

/// The way by which a registration came is written where there is one to write.
extension CallTarget: LogValue {
  func encode(into log: inout LogEncoder) {
    let isDirect = routeSet.isEmpty && spares.isEmpty
    let servers = alternatives ?? (serverName == nil ? nil : [])
    log.fields(serverName != nil ? 8 : servers != nil ? 7 : isDirect ? 4 : 6)
    log.write(uri)
    log.write(flow)
    log.write(party)
    log.write(isBehindNAT)
    if isDirect, servers == nil { return }
    log.write(routeSet)
    log.write(spares)
    if let servers { log.write(servers) }
    if let serverName { log.write(serverName) }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    let fields = try log.fields(4...8)
    self.init(
      uri: try log.next(), flow: try log.next(), party: try log.next(),
      isBehindNAT: try log.next(), routeSet: fields > 4 ? try log.next() : [],
      spares: fields > 5 ? try log.next() : [],
      alternatives: fields > 6 ? try [Flow](decoding: &log) : nil,
      serverName: fields > 7 ? try String(decoding: &log) : nil)
  }
}

extension SpareFlow: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(3)
    log.write(uri)
    log.write(flow)
    log.write(routeSet)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(3)
    self.init(uri: try log.next(), flow: try log.next(), routeSet: try log.next())
  }
}
