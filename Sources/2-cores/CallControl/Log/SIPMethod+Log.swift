import SIP

extension SIPMethod: LogValue {
  private enum Tag: UInt8, LogTag {
    /// Spelled out.
    case other = 0
    case invite = 1
    case ack = 2
    case bye = 3
    case cancel = 4
    case options = 5
    case register = 6
    case info = 7
    case update = 8
    case prack = 9
    case message = 10
    case subscribe = 11
    case notify = 12
    case refer = 13
    case publish = 14
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .invite: log.write(Tag.invite)
    case .ack: log.write(Tag.ack)
    case .bye: log.write(Tag.bye)
    case .cancel: log.write(Tag.cancel)
    case .options: log.write(Tag.options)
    case .register: log.write(Tag.register)
    case .info: log.write(Tag.info)
    case .update: log.write(Tag.update)
    case .prack: log.write(Tag.prack)
    case .message: log.write(Tag.message)
    case .subscribe: log.write(Tag.subscribe)
    case .notify: log.write(Tag.notify)
    case .refer: log.write(Tag.refer)
    case .publish: log.write(Tag.publish)
    default: log.write(Tag.other, name)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .other: self.init(try log.readString())
    case .invite: self = .invite
    case .ack: self = .ack
    case .bye: self = .bye
    case .cancel: self = .cancel
    case .options: self = .options
    case .register: self = .register
    case .info: self = .info
    case .update: self = .update
    case .prack: self = .prack
    case .message: self = .message
    case .subscribe: self = .subscribe
    case .notify: self = .notify
    case .refer: self = .refer
    case .publish: self = .publish
    }
  }
}
