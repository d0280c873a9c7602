import Machines
import SIP

extension Registrar {
  /// Answers a REGISTER from somebody who may change the bindings of `aor`: RFC 3261 §10.3 from
  /// step 6 on. The steps before it are `RegisterScreening`'s.
  ///
  /// - Parameters:
  ///   - isRetransmission: the credentials were used before by this very request: it is answered
  ///     with the bindings as they are.
  package func decide(
    _ message: SIPMessage, to aor: AddressOfRecord, over flow: BindingFlow,
    isRetransmission: Bool = false, now: Now
  ) -> RegisterDecision {
    let request: RegisterRequest
    do throws(RegisterRequest.Refusal) {
      request = try RegisterRequest(message, over: flow, policy: policy)
    } catch {
      return .reject(error.answer)
    }
    let current = bindings(for: aor, at: now.wall)
    if isRetransmission { return .fetch(listing(current, for: request, now)) }
    switch request.wish {
    case .fetch:
      return .fetch(listing(current, for: request, now))
    case .removeAll:
      return removeAll(current, of: aor, by: request, now: now)
    case .update(let contacts):
      var update = BindingUpdate(
        aor: aor, request: request, flow: flow, policy: policy, bindings: current, now: now)
      do throws(RegisterRequest.Refusal) {
        for contact in contacts { try update.process(contact) }
      } catch {
        return .reject(error.answer)
      }
      return conclude(update, before: current.count, now: now)
    }
  }

  /// §10.3 step 6: all or none.
  private func removeAll(
    _ current: [Binding], of aor: AddressOfRecord, by request: RegisterRequest, now: Now
  ) -> RegisterDecision {
    guard current.allSatisfy({ $0.callID != request.callID || $0.cseq < request.cseq }) else {
      return .reject(.outOfOrder)
    }
    return .update(
      current.map { .removed(aor, $0.key) }, listing([], for: request, now))
  }

  private func conclude(_ update: BindingUpdate, before: Int, now: Now) -> RegisterDecision {
    let growth = update.bindings.count - before
    if growth > 0 {
      guard update.bindings.count <= policy.maximumBindings else {
        return .reject(RegisterAnswer(403, "Too Many Bindings"))
      }
      guard count + growth <= policy.maximumRegistrations else {
        return .reject(
          RegisterAnswer(503, headers: [HeaderField(.retryAfter, "60")]))
      }
    }
    let answer = listing(update.bindings, for: update.request, now)
    return update.events.isEmpty ? .fetch(answer) : .update(update.events, answer)
  }

  private func listing(
    _ bindings: [Binding], for request: RegisterRequest, _ now: Now
  ) -> RegisterAnswer {
    var answer = RegisterAnswer.listing(bindings, at: now.wall)
    answer.headers += request.answeringHeaders(policy: policy)
    return answer
  }
}
