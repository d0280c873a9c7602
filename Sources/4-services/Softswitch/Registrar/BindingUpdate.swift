import Machines
import SIP

/// The tentative bindings while the contacts of one REGISTER are gone through
/// (RFC 3261 §10.3 step 7).
struct BindingUpdate {
  let aor: AddressOfRecord
  let request: RegisterRequest
  let flow: BindingFlow
  let policy: RegistrarPolicy
  private(set) var bindings: [Binding]
  private(set) var events: [BindingEvent] = []
  /// The contacts that this request has set already: the last of two equal ones counts.
  private var touched: Set<BindingKey> = []
  let now: Now

  init(
    aor: AddressOfRecord, request: RegisterRequest, flow: BindingFlow, policy: RegistrarPolicy,
    bindings: [Binding], now: Now
  ) {
    self.aor = aor
    self.request = request
    self.flow = flow
    self.policy = policy
    self.bindings = bindings
    self.now = now
  }

  mutating func process(_ contact: RegisterRequest.Contact) throws(RegisterRequest.Refusal) {
    // RFC 3261 §26.2.2: `sips:` needs TLS on every hop, and a phone that is reached so has come so.
    guard !contact.uri.isSecure || flow.transport == .tls else { throw .unusableScheme }
    let seconds = try grantedSeconds(contact.expires)
    let text = contact.uri.text
    let matching = BindingMatch(
      contact: contact, text: text, rule: policy.replacement, isRemoving: seconds == 0,
      touched: touched)
    let places = bindings.indices.filter { matching.matches(bindings[$0]) }
    for place in places where isOvertaken(bindings[place]) {
      // The same CSeq again is the same request again, unless it says something else.
      guard bindings[place].cseq == request.cseq, seconds > 0 else {
        throw RegisterRequest.Refusal(answer: .outOfOrder)
      }
      return
    }
    let binding = binding(contact, text: text, seconds: max(1, seconds))
    for place in places where seconds == 0 || bindings[place].key != binding.key {
      events.append(.removed(aor, bindings[place].key))
    }
    if seconds > 0 {
      events.append(.bound(aor, binding))
      touched.insert(binding.key)
    }
    for place in places.reversed() { bindings.remove(at: place) }
    if seconds > 0 { bindings.insert(binding, at: places.first ?? bindings.endIndex) }
  }

  /// Whether a later request of the same phone has set the binding already (§10.3 step 7).
  private func isOvertaken(_ binding: Binding) -> Bool {
    !touched.contains(binding.key) && binding.callID == request.callID
      && binding.cseq >= request.cseq
  }

  /// The interval to grant; 0 removes.
  private func grantedSeconds(_ asked: UInt32?) throws(RegisterRequest.Refusal) -> Int64 {
    let minimum = min(policy.minimumExpires.components.seconds, 3600)
    guard let asked else {
      return min(policy.defaultExpires, policy.maximumExpires).components.seconds
    }
    if asked > 0, Int64(asked) < minimum {
      throw RegisterRequest.Refusal(
        answer: RegisterAnswer(423, headers: [HeaderField(.minExpires, "\(minimum)")]))
    }
    return min(Int64(asked), policy.maximumExpires.components.seconds)
  }

  private func binding(
    _ contact: RegisterRequest.Contact, text: String, seconds: Int64
  ) -> Binding {
    Binding(
      contact: text, q: contact.q,
      expiresAt: WallTime(nanoseconds: now.wall.nanoseconds &+ seconds &* 1_000_000_000),
      callID: request.callID, cseq: request.cseq, flow: flow, userAgent: request.userAgent,
      instance: contact.instance, regID: contact.regID, path: request.path,
      registeredAt: now.wall)
  }
}
