import SIP

extension ReceivedInvite: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(timing == nil ? reliable == nil ? 6 : 7 : 8)
    log.write(cSeq)
    log.write(branch)
    log.write(template)
    log.write(hasOffer)
    log.write(transaction)
    log.write(delivery)
    if reliable != nil || timing != nil { log.write(reliable) }
    if timing != nil { log.write(timing) }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    let fields = try log.fields(6...8)
    self.init(
      cSeq: try log.next(), branch: try log.next(), template: try log.next(),
      hasOffer: try log.next(), transaction: try log.next(), delivery: try log.next(),
      reliable: fields > 6 ? try log.next() : nil, timing: fields > 7 ? try log.next() : nil)
  }
}

extension SentInvite: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(receipts.isEmpty ? 10 : 11)
    log.write(cSeq)
    log.write(branch)
    log.write(requestURI)
    log.write(to)
    log.write(routes)
    log.write(flow)
    log.write(hasOffer)
    log.write(transaction)
    log.write(isUnwanted)
    log.write(acknowledgement)
    if !receipts.isEmpty { log.write(receipts) }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    let fields = try log.fields(10...11)
    self.init(
      cSeq: try log.next(), branch: try log.next(), requestURI: try log.next(),
      to: try log.next(), routes: try log.next(), flow: try log.next(),
      hasOffer: try log.next(), transaction: try log.next(), isUnwanted: try log.next(),
      acknowledgement: try log.next(), receipts: fields > 10 ? try log.next() : [])
  }
}

extension SentRequest: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(6)
    log.write(method)
    log.write(cSeq)
    log.write(branch)
    log.write(flow)
    log.write(purpose)
    log.write(transaction)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(6)
    self.init(
      method: try log.next(), cSeq: try log.next(), branch: try log.next(),
      flow: try log.next(), purpose: try log.next(), transaction: try log.next())
  }
}

extension ReceivedRequest: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(timing == nil ? 5 : 6)
    log.write(method)
    log.write(cSeq)
    log.write(branch)
    log.write(template)
    log.write(transaction)
    if timing != nil { log.write(timing) }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    let fields = try log.fields(5...6)
    self.init(
      method: try log.next(), cSeq: try log.next(), branch: try log.next(),
      template: try log.next(), transaction: try log.next(),
      timing: fields > 5 ? try log.next() : nil)
  }
}

extension RequestPurpose: LogValue {
  private enum Tag: UInt8, LogTag {
    case bye = 1
    case cancel = 2
    case relayed = 3
    case acknowledgement = 32
    case refresh = 33
    case notification = 64
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .bye: log.write(Tag.bye)
    case .cancel: log.write(Tag.cancel)
    case .acknowledgement: log.write(Tag.acknowledgement)
    case .refresh: log.write(Tag.refresh)
    case .notification: log.write(Tag.notification)
    case .relayed(let leg, let cSeq): log.write(Tag.relayed, leg, cSeq)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .bye: self = .bye
    case .cancel: self = .cancel
    case .acknowledgement: self = .acknowledgement
    case .refresh: self = .refresh
    case .notification: self = .notification
    case .relayed: self = .relayed(for: try log.next(), cSeq: try log.next())
    }
  }
}
