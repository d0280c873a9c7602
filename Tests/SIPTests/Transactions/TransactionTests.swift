import Machines
import SIP
import Testing

extension InviteClientTransaction.Input: TimedInput {
  static var deadlineInput: Self { .deadline }
}
extension NonInviteClientTransaction.Input: TimedInput {
  static var deadlineInput: Self { .deadline }
}
extension InviteServerTransaction.Input: TimedInput {
  static var deadlineInput: Self { .deadline }
}
extension NonInviteServerTransaction.Input: TimedInput {
  static var deadlineInput: Self { .deadline }
}
extension AnswerDelivery.Input: TimedInput {
  static var deadlineInput: Self { .deadline }
}

let unreliable = TransactionSettings(timers: .standard, isReliable: false)
let reliable = TransactionSettings(timers: .standard, isReliable: true)
private let request: [UInt8] = Array("REQUEST".utf8)
private let response: [UInt8] = Array("RESPONSE".utf8)
private let ack: [UInt8] = Array("ACK".utf8)

@Suite("INVITE client transaction (RFC 3261 §17.1.1, RFC 6026 §7.2)")
struct InviteClientTransactionTests {
  typealias Transaction = InviteClientTransaction

  private func sent(_ settings: TransactionSettings) -> MachineDriver<Transaction> {
    var driver = MachineDriver(Transaction(request: request, settings: settings))
    driver.step(.sent, at: 0)
    return driver
  }

  @Test("No timer runs before the request has really left")
  func timersStartWithTheSending() {
    let transaction = Transaction(request: request, settings: unreliable)
    #expect(transaction.nextDeadline == nil)
  }

  @Test("Timer A doubles from T1 without a cap, and Timer B ends it after 64·T1")
  func retransmission() {
    var driver = sent(unreliable)
    let log = driver.run(until: 40_000)
    #expect(log.map(\.0) == [500, 1500, 3500, 7500, 15_500, 31_500, 32_000])
    #expect(log.dropLast().allSatisfy { $0.1 == .send(request) })
    #expect(log.last?.1 == .fail(.timeout))
    #expect(driver.machine.isTerminated)
  }

  @Test("Over a reliable transport nothing is sent again; Timer B still runs")
  func reliableTransport() {
    var driver = sent(reliable)
    let log = driver.run(until: 40_000)
    #expect(log.map(\.0) == [32_000])
    #expect(log.last?.1 == .fail(.timeout))
  }

  @Test("A provisional response stops retransmission; Timer C bounds the wait for the next word")
  func proceeding() {
    var driver = sent(unreliable)
    #expect(driver.step(.provisional, at: 100) == .deliver)
    #expect(driver.step(.provisional, at: 60_000) == .deliver)
    #expect(driver.run(until: 259_999).isEmpty)
    #expect(driver.run(until: 260_000).last?.1 == .fail(.timeout))
  }

  @Test("A rejection is acknowledged, each of its retransmissions again, for Timer D")
  func rejection() {
    var driver = sent(unreliable)
    let rejection = Transaction.Input.rejection(acknowledgement: ack)
    #expect(driver.step(rejection, at: 200) == .acknowledgeAndDeliver(ack))
    #expect(driver.step(rejection, at: 700) == .send(ack))
    #expect(driver.step(.success, at: 800) == .none)
    #expect(driver.run(until: 40_000).map(\.0) == [32_200])
    #expect(driver.machine.isTerminated)
  }

  @Test("Over a reliable transport Timer D is zero")
  func rejectionOverReliable() {
    var driver = sent(reliable)
    #expect(
      driver.step(.rejection(acknowledgement: ack), at: 200) == .acknowledgeAndDeliver(ack))
    #expect(driver.machine.isTerminated)
  }

  @Test("Every 2xx of a fork reaches the user until Timer M")
  func accepted() {
    var driver = sent(unreliable)
    #expect(driver.step(.success, at: 100) == .deliver)
    #expect(driver.step(.success, at: 600) == .deliver)
    #expect(driver.step(.rejection(acknowledgement: ack), at: 700) == .none)
    #expect(driver.step(.provisional, at: 800) == .none)
    #expect(driver.run(until: 40_000).map(\.0) == [32_100])
    #expect(driver.step(.success, at: 40_000) == .none)
  }

  @Test("A response that overtakes the report of the sending counts")
  func overtaking() {
    var driver = MachineDriver(Transaction(request: request, settings: unreliable))
    #expect(driver.step(.provisional, at: 1) == .deliver)
    #expect(driver.step(.sent, at: 2) == .none)
    #expect(driver.machine.state == .proceeding(c: Now.milliseconds(200_001).steady))
  }

  @Test("A transport error ends it only while nobody has answered")
  func transportError() {
    var driver = sent(unreliable)
    #expect(driver.step(.transportFailed, at: 5) == .fail(.transport))
    #expect(driver.machine.isTerminated)
    var answered = sent(unreliable)
    answered.step(.provisional, at: 5)
    #expect(answered.step(.transportFailed, at: 6) == .none)
  }
}

@Suite("Non-INVITE client transaction (RFC 3261 §17.1.2)")
struct NonInviteClientTransactionTests {
  typealias Transaction = NonInviteClientTransaction

  private func sent(_ settings: TransactionSettings) -> MachineDriver<Transaction> {
    var driver = MachineDriver(Transaction(request: request, settings: settings))
    driver.step(.sent, at: 0)
    return driver
  }

  @Test("Timer E doubles up to T2, and Timer F ends it after 64·T1")
  func retransmission() {
    var driver = sent(unreliable)
    let log = driver.run(until: 40_000)
    #expect(
      log.map(\.0) == [
        500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000,
      ])
    #expect(log.last?.1 == .fail(.timeout))
  }

  @Test("After a provisional response Timer E runs at T2, Timer F goes on")
  func proceeding() {
    var driver = sent(unreliable)
    #expect(driver.step(.provisional, at: 100) == .deliver)
    let log = driver.run(until: 40_000)
    #expect(log.map(\.0) == [4100, 8100, 12_100, 16_100, 20_100, 24_100, 28_100, 32_000])
  }

  @Test("The final response is delivered once, then absorbed for Timer K")
  func final() {
    var driver = sent(unreliable)
    #expect(driver.step(.final, at: 100) == .deliver)
    #expect(driver.step(.final, at: 200) == .none)
    #expect(driver.run(until: 10_000).map(\.0) == [5100])
    var stream = sent(reliable)
    #expect(stream.step(.final, at: 100) == .deliver)
    #expect(stream.machine.isTerminated)
  }

  @Test("A provisional response before the report of the sending starts both timers")
  func overtaking() {
    var driver = MachineDriver(Transaction(request: request, settings: unreliable))
    #expect(driver.step(.provisional, at: 10) == .deliver)
    #expect(driver.run(until: 40_000).last?.0 == 32_010)
  }

  @Test("A transport error is reported once")
  func transportError() {
    var driver = sent(unreliable)
    #expect(driver.step(.transportFailed, at: 5) == .fail(.transport))
    #expect(driver.step(.transportFailed, at: 6) == .none)
  }
}

@Suite("INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §7.1)")
struct InviteServerTransactionTests {
  typealias Transaction = InviteServerTransaction

  @Test("A retransmitted INVITE gets the last provisional response, and nothing before the first")
  func provisional() {
    var driver = MachineDriver(Transaction(settings: unreliable))
    #expect(driver.step(.retransmission, at: 0) == .none)
    #expect(driver.step(.respond(provisional: response), at: 1) == .send(response))
    #expect(driver.step(.retransmission, at: 2) == .send(response))
  }

  @Test("A rejection is sent again at Timer G, doubling up to T2, until Timer H")
  func rejection() {
    var driver = MachineDriver(Transaction(settings: unreliable))
    #expect(driver.step(.reject(response: response), at: 0) == .send(response))
    driver.step(.sent, at: 0)
    let log = driver.run(until: 40_000)
    #expect(
      log.map(\.0) == [
        500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000,
      ])
    #expect(log.last?.1 == .fail(.timeout))
  }

  @Test("A retransmission does not release a rejection that has not left yet")
  func heldBack() {
    var driver = MachineDriver(Transaction(settings: unreliable))
    driver.step(.reject(response: response), at: 0)
    #expect(driver.step(.retransmission, at: 1) == .none)
    driver.step(.sent, at: 2)
    #expect(driver.step(.retransmission, at: 3) == .send(response))
  }

  @Test("The ACK ends retransmission; further ACKs are absorbed for Timer I")
  func confirmed() {
    var driver = MachineDriver(Transaction(settings: unreliable))
    driver.step(.reject(response: response), at: 0)
    driver.step(.sent, at: 0)
    #expect(driver.step(.acknowledgement, at: 100) == .none)
    #expect(driver.step(.acknowledgement, at: 150) == .none)
    #expect(driver.step(.retransmission, at: 200) == .none)
    #expect(driver.run(until: 40_000).map(\.0) == [5100])
    #expect(driver.machine.isTerminated)
  }

  @Test("Over a reliable transport there is no Timer G, and Timer I is zero")
  func reliableTransport() {
    var driver = MachineDriver(Transaction(settings: reliable))
    driver.step(.reject(response: response), at: 0)
    driver.step(.sent, at: 0)
    #expect(driver.machine.nextDeadline == Now.milliseconds(32_000).steady)
    driver.step(.acknowledgement, at: 100)
    #expect(driver.machine.isTerminated)
  }

  @Test("After a 2xx retransmitted INVITEs are absorbed for Timer L")
  func accepted() {
    var driver = MachineDriver(Transaction(settings: unreliable))
    #expect(driver.step(.accept, at: 0) == .none)
    #expect(driver.step(.retransmission, at: 1) == .none)
    #expect(driver.step(.reject(response: response), at: 2) == .none)
    driver.step(.sent, at: 10)
    #expect(driver.run(until: 40_000).map(\.0) == [32_010])
    #expect(driver.machine.isTerminated)
  }
}

@Suite("Non-INVITE server transaction (RFC 3261 §17.2.2)")
struct NonInviteServerTransactionTests {
  typealias Transaction = NonInviteServerTransaction

  @Test("A retransmission gets the last response, and nothing before the first")
  func retransmission() {
    var driver = MachineDriver(Transaction(settings: unreliable))
    #expect(driver.step(.retransmission, at: 0) == .none)
    #expect(driver.step(.respond(provisional: [1]), at: 1) == .send([1]))
    #expect(driver.step(.retransmission, at: 2) == .send([1]))
    #expect(driver.step(.finish(response: response), at: 3) == .send(response))
    #expect(driver.step(.retransmission, at: 4) == .none, "the response has not left yet")
    driver.step(.sent, at: 5)
    #expect(driver.step(.retransmission, at: 6) == .send(response))
    #expect(driver.step(.finish(response: [9]), at: 7) == .none)
    #expect(driver.run(until: 40_000).map(\.0) == [32_005])
    #expect(driver.machine.isTerminated)
  }

  @Test("Over a reliable transport Timer J is zero")
  func reliableTransport() {
    var driver = MachineDriver(Transaction(settings: reliable))
    driver.step(.finish(response: response), at: 0)
    driver.step(.sent, at: 0)
    #expect(driver.machine.isTerminated)
  }
}

@Suite("Delivery of a 2xx (RFC 3261 §13.3.1.4)")
struct AnswerDeliveryTests {
  @Test("It is sent again from T1 doubling up to T2, for 64·T1, then the session should end")
  func retransmission() {
    var driver = MachineDriver(AnswerDelivery(response: response, timers: .standard))
    driver.step(.sent, at: 0)
    let log = driver.run(until: 40_000)
    #expect(
      log.map(\.0) == [
        500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000,
      ])
    #expect(log.dropLast().allSatisfy { $0.1 == .send(response) })
    #expect(log.last?.1 == .fail)
  }

  @Test("The first ACK is delivered, and ends it")
  func acknowledged() {
    var driver = MachineDriver(AnswerDelivery(response: response, timers: .standard))
    driver.step(.sent, at: 0)
    #expect(driver.step(.retransmission, at: 10) == .send(response))
    #expect(driver.step(.acknowledgement, at: 100) == .deliver)
    #expect(driver.step(.acknowledgement, at: 200) == .none)
    #expect(driver.machine.isFinished)
    #expect(driver.machine.nextDeadline == nil)
  }
}
