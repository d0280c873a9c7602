import Machines
import SIP

// The event state compositor of RFC 3903, for presence.
extension Exchange {
  func receivePublish(_ request: SIPMessage, from flow: Flow, now: Now) {
    guard let name = RequestName(request) else { return answer(request, from: flow, status: 400) }
    guard isNew(name), let publisher = identifySubscriber(request, from: flow, now: now) else {
      return
    }
    begin(name, now: now)
    let pending = PendingRequest(name: name, request: request, flow: flow)
    do throws(RequestRefusal) {
      try publish(pending, by: publisher, now: now)
    } catch {
      finish(pending, error)
    }
  }

  /// The steps of §6.
  private func publish(
    _ pending: PendingRequest, by publisher: AddressOfRecord, now: Now
  ) throws(RequestRefusal) {
    let request = pending.request
    guard let uri = request.requestURI, let resource = directory.subscriber(dialled: uri) else {
      throw RequestRefusal(404)
    }
    guard resource.address == publisher else { throw RequestRefusal(403) }
    guard try SubscribeRequest.event(of: request).0 == .presence else {
      throw RequestRefusal(489, headers: [HeaderField(.allowEvents, "presence")])
    }
    let known = try publication(request, of: publisher)
    let seconds = try publications.policy.interval.grant(request.expires)
    let body = Array(request.body)
    if body.isEmpty {
      guard known != nil else { throw RequestRefusal(400, "Nothing Published") }
    } else {
      _ = try document(body, of: request)
    }
    if known == nil { try publications.admit(publisher) }
    var publication =
      known
      ?? Publication(
        id: makeEntityTag(), address: publisher, entityTag: "", body: body, expiresAt: now.wall)
    publication.entityTag = makeEntityTag()
    if !body.isEmpty { publication.body = body }
    publication.expiresAt = now.wall + .seconds(seconds)
    put(publication, seconds: seconds, isKnown: known != nil, pending)
  }

  /// Step 3.
  private func publication(
    _ request: SIPMessage, of publisher: AddressOfRecord
  ) throws(RequestRefusal) -> Publication? {
    guard request.contains(.sipIfMatch) else { return nil }
    guard request.rowCount(.sipIfMatch) == 1, let tag = request.firstValue(.sipIfMatch),
      !tag.isEmpty, !tag.contains(where: { $0 == "," || $0.isWhitespace })
    else { throw RequestRefusal(400, "Invalid Condition") }
    guard let known = publications.find(tag, of: publisher) else { throw RequestRefusal(412) }
    return known
  }

  /// Step 5.
  private func document(
    _ body: [UInt8], of request: SIPMessage
  ) throws(RequestRefusal) -> PublishedPresence {
    let type = EventPackage.presence.contentType
    let given = (request.contentType ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
    guard given == type else { throw RequestRefusal(415, headers: [HeaderField(.accept, type)]) }
    guard body.count <= publications.policy.maximumBodyBytes else { throw RequestRefusal(413) }
    guard let document = try? PublishedPresence(body) else {
      throw RequestRefusal(400, "Bad Document")
    }
    return document
  }

  private func put(
    _ publication: Publication, seconds: UInt32, isKnown: Bool, _ pending: PendingRequest
  ) {
    let go = { [weak self] (isOnRecord: Bool) in
      guard let self else { return }
      publications.release(publication.id)
      // §6: an internal error leaves everything as it was.
      guard isOnRecord else { return finish(pending, RequestRefusal(500, "Not Recorded")) }
      if seconds > 0 {
        keep(publication, now: lastTold)
      } else {
        forget(publication)
      }
      finish(
        pending, status: 200,
        headers: [
          HeaderField(.sipETag, publication.entityTag), HeaderField(.expires, "\(seconds)"),
        ])
      touch(publication.address, .presence, now: lastTold)
    }
    guard seconds > 0 || isKnown else { return go(true) }
    publications.hold(publication)
    record(
      seconds > 0 ? .published(publication) : .unpublished(id: publication.id), then: go)
  }

  private func makeEntityTag() -> String { switchboard.context.random.token() }

  // MARK: Its life

  func keep(_ publication: Publication, now: Now) {
    guard let document = try? PublishedPresence(publication.body) else { return }
    publications.keep(publication, document)
    errands.set(.publicationExpiry(publication.id), at: steady(publication.expiresAt, now: now))
  }

  private func forget(_ publication: Publication) {
    errands.cancel(.publicationExpiry(publication.id))
    publications.remove(publication.id)
  }

  func publicationExpired(_ id: String, now: Now) {
    guard let publication = publications[id] else { return }
    guard publication.expiresAt <= now.wall else { return keep(publication, now: now) }
    forget(publication)
    recordInPassing(.unpublished(id: id))
    touch(publication.address, .presence, now: now)
  }

  package var publicationCount: Int { publications.count }
}
