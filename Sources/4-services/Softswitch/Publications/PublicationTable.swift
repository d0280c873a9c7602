/// The publications of all, by name and by whose they are.
struct PublicationTable {
  let policy = PublicationPolicy()
  private var entries: [String: Publication] = [:]
  private var documents: [String: PublishedPresence] = [:]
  private var owned: [AddressOfRecord: [String]] = [:]
  /// Those that a change on its way to the record makes or has taken hold of.
  private var pending: [String: AddressOfRecord] = [:]

  var count: Int { entries.count }

  subscript(id: String) -> Publication? { entries[id] }

  /// What the phones of somebody have published, the oldest first.
  func presence(of address: AddressOfRecord) -> [PublishedPresence] {
    (owned[address] ?? []).compactMap { documents[$0] }
  }

  /// The one with an entity-tag. One that is being changed has none: its tag is used up.
  func find(_ entityTag: String, of address: AddressOfRecord) -> Publication? {
    (owned[address] ?? []).lazy.compactMap { entries[$0] }.first {
      $0.entityTag == entityTag && pending[$0.id] == nil
    }
  }

  func admit(_ address: AddressOfRecord) throws(RequestRefusal) {
    let coming = pending.lazy.filter { entries[$0.key] == nil }
    let held = (owned[address]?.count ?? 0) + coming.count { $0.value == address }
    guard held < policy.maximumPerAddress else {
      throw RequestRefusal(403, "Too Many Publications")
    }
    guard entries.count + pending.count < policy.maximumPublications else {
      throw RequestRefusal(503, headers: [.init(.retryAfter, "60")])
    }
  }

  mutating func hold(_ publication: Publication) {
    pending[publication.id] = publication.address
  }

  mutating func release(_ id: String) {
    pending[id] = nil
  }

  mutating func keep(_ publication: Publication, _ document: PublishedPresence) {
    if entries.updateValue(publication, forKey: publication.id) == nil {
      owned[publication.address, default: []].append(publication.id)
    }
    documents[publication.id] = document
  }

  mutating func remove(_ id: String) {
    guard let gone = entries.removeValue(forKey: id) else { return }
    documents[id] = nil
    owned[gone.address]?.removeAll { $0 == id }
    if owned[gone.address]?.isEmpty == true { owned[gone.address] = nil }
  }
}
