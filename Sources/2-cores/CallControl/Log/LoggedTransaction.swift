import SIP

/// A transaction as the log holds it: its settings, then its state.
protocol LoggedTransaction: LogValue {
  associatedtype State: LogValue

  var state: State { get }
  var settings: TransactionSettings { get }

  init(restoring state: State, settings: TransactionSettings)
}

extension LoggedTransaction {
  func encode(into log: inout LogEncoder) {
    log.fields(2)
    log.write(settings)
    log.write(state)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(2)
    let settings: TransactionSettings = try log.next()
    self.init(restoring: try log.next(), settings: settings)
  }
}

extension InviteClientTransaction: LoggedTransaction {}
extension InviteServerTransaction: LoggedTransaction {}
extension NonInviteClientTransaction: LoggedTransaction {}
extension NonInviteServerTransaction: LoggedTransaction {}
