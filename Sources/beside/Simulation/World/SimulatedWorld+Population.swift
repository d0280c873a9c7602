import Addressing
import Machines
import Softswitch

// Who there is, what they will do, and what will befall the node.
extension SimulatedWorld {
  func populate() {
    let users = (0..<random.number(2...4)).map { "u\($0)" }
    node.subscribers = users.map { user in
      Subscriber(
        address: AddressOfRecord(user: user, domain: SimulatedNode.domain),
        hashes: CredentialHashes(
          user: user, realm: SimulatedNode.domain, password: "secret of \(user)"),
        origin: .configuration)
    }
    for subscriber in node.subscribers {
      for _ in 0..<random.one(of: [1, 1, 1, 2, 2, 3]) { addPhone(of: subscriber) }
    }
    for number in 0..<2 {
      phones.append(
        SimulatedPhone(
          self, user: "trunk\(number)", at: IPEndpoint(.v4(0xCB00_710A + UInt32(number)), 5060),
          hashes: nil))
    }
  }

  private func addPhone(of subscriber: Subscriber) {
    let phone = SimulatedPhone(
      self, user: subscriber.address.user,
      at: IPEndpoint(.v4(0xC000_020A + UInt32(phones.count)), 5060), hashes: subscriber.hashes)
    let registration = PhoneRegistration(
      phone, expires: random.number(60...240), q: random.one(of: ["1.0", "1.0", "0.5"]))
    phone.registration = registration
    phones.append(phone)
    after(random.duration(.milliseconds(1) ... .milliseconds(1500))) { registration.begin() }
  }

  /// Everything that is to come, but for what follows from it.
  func plan() {
    for number in 0..<profile.calls {
      let moment = random.duration(.seconds(2)...profile.duration)
      let session = Session(number, began: began + moment, random: &random)
      sessions.append(session)
      let caller = random.one(of: phones)
      let callee =
        random.chance(0.12) ? random.one(of: ["echo", "tone", "welcome", "nobody"]) : nil
      after(moment) { [unowned self] in begin(session, caller, callee) }
    }
    planFaults()
    for phone in phones where random.chance(0.07) {
      after(random.duration(.seconds(5)...profile.duration)) { phone.vanish() }
    }
  }

  private func begin(_ session: Session, _ caller: SimulatedPhone, _ callee: String?) {
    guard !caller.isGone else { return }
    let others = node.subscribers.map(\.address.user).filter { $0 != caller.user }
    let user = callee ?? random.one(of: others)
    let call = PhoneCall(
      caller, session, callID: "\(session.number).\(caller.token())", isCaller: true)
    caller.add(call)
    call.call("sip:\(user)@\(SimulatedNode.domain)")
  }

  private func planFaults() {
    let span = Duration.seconds(1)...profile.duration + .seconds(20)
    for _ in 0..<random.number(profile.crashes) {
      let crash = ArmedCrash(
        .draw(&random), random.chance(profile.machineCrashes) ? .machine : .process)
      after(random.duration(span)) { [unowned self] in node.arm(crash) }
    }
    for _ in 0..<random.number(profile.diskFaults) {
      let fault = DiskFault.draw(&random)
      after(random.duration(span)) { [unowned self] in node.suffer(fault) }
    }
    for _ in 0..<random.number(profile.databaseFaults) {
      let duration = random.duration(.milliseconds(100) ... .seconds(8))
      after(random.duration(span)) { [unowned self] in node.database.refuse(for: duration) }
    }
  }
}
