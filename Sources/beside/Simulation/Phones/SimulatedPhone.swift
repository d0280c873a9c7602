import Addressing
import Machines
import SIP
import Softswitch

/// A phone: registers, calls, is called (RFC 3261 as a user agent over UDP).
final class SimulatedPhone: DatagramReceiver {
  unowned let world: SimulatedWorld
  let user: String
  let endpoint: IPEndpoint
  /// Nil for a trunk, which is trusted by its address.
  var digest: PhoneDigest?
  private(set) var isGone = false
  private(set) var calls: [PhoneCall] = []
  private var places: [String: Int] = [:]
  var registration: PhoneRegistration?

  init(
    _ world: SimulatedWorld, user: String, at endpoint: IPEndpoint, hashes: CredentialHashes?
  ) {
    self.world = world
    self.user = user
    self.endpoint = endpoint
    digest = hashes.map { PhoneDigest(user: user, hashes: $0) }
    world.network.attach(self, at: endpoint)
  }

  var contact: String { "sip:\(user)@\(endpoint)" }
  var address: String { "sip:\(user)@\(SimulatedNode.domain)" }

  func token() -> String {
    String(world.random.next(), radix: 36)
  }

  func branch() -> String { "z9hG4bK\(token())" }

  func send(_ bytes: [UInt8]) {
    guard !isGone else { return }
    world.network.send(bytes, from: endpoint, to: SimulatedNode.endpoint)
  }

  /// The battery is empty: nothing is said or heard any more.
  func vanish() {
    world.write("\(endpoint) vanishes")
    isGone = true
  }

  func add(_ call: PhoneCall) {
    places[call.callID] = calls.count
    calls.append(call)
    world.speakers[IPEndpoint(endpoint.address, call.port)] = call
  }

  func receive(_ bytes: [UInt8], from source: IPEndpoint) {
    guard !isGone, let message = try? SIPMessage(bytes), let callID = message.callID else {
      return
    }
    if let place = places[callID] {
      calls[place].receive(message)
    } else if !message.isRequest {
      registration?.receive(message)
    } else if message.method == .invite, message.toTag == nil {
      beCalled(message, callID)
    } else if message.method != .ack {
      send(MessageWriter.response(to: message, status: 481, toTag: "stray").finish())
    }
  }

  private func beCalled(_ invite: SIPMessage, _ callID: String) {
    guard let session = world.session(Session.number(subject: invite.firstValue(.subject))) else {
      return
    }
    let call = PhoneCall(self, session, callID: callID, isCaller: false)
    add(call)
    call.ring(invite)
  }
}
