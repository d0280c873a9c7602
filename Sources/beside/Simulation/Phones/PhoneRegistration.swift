import Machines
import SIP

/// Keeps a phone registered: with digest, refreshed in time, tried again when it fails.
final class PhoneRegistration {
  private unowned let phone: SimulatedPhone
  private let callID: String
  private let tag: String
  private let expires: Int
  private let q: String
  private var cSeq: UInt32 = 0
  private var sending: Retransmission?
  private var attempts = 0

  init(_ phone: SimulatedPhone, expires: Int, q: String) {
    self.phone = phone
    self.expires = expires
    self.q = q
    callID = "register.\(phone.token())"
    tag = phone.token()
  }

  func begin() {
    attempts = 0
    send(credentials: nil)
  }

  private func send(credentials: String?) {
    cSeq += 1
    var request = PhoneRequest(
      method: .register, uri: "sip:\(SimulatedNode.domain)",
      from: "<\(phone.address)>;tag=\(tag)", to: "<\(phone.address)>", callID: callID,
      cSeq: cSeq, branch: phone.branch())
    request.headers = [(.contact, "<\(phone.contact)>;expires=\(expires);q=\(q)")]
    if let credentials { request.headers.append((.authorization, credentials)) }
    sending = Retransmission(
      phone, request.bytes(via: "\(phone.endpoint)"), cap: Retransmission.t2
    ) { [unowned self] in again(after: .seconds(3)) }
  }

  private func again(after delay: Duration) {
    phone.world.after(delay) { [self] in
      if !phone.isGone { begin() }
    }
  }

  func receive(_ response: SIPMessage) {
    guard response.callID == callID, response.cSeq?.number == cSeq, response.statusCode >= 200,
      let sending, !sending.isStopped
    else { return }
    sending.stop()
    if response.statusCode == 401, attempts < 3,
      let credentials = phone.digest?.credentials(
        response.firstValue(.wwwAuthenticate) ?? "", method: .register,
        uri: "sip:\(SimulatedNode.domain)")
    {
      attempts += 1
      return send(credentials: credentials)
    }
    let own = response.contacts.first { $0.uri.text == phone.contact }
    let granted = own?.parameters.value("expires").flatMap { Int($0) } ?? 10
    again(after: response.statusCode == 200 ? .seconds(max(5, granted / 2)) : .seconds(5))
  }
}
