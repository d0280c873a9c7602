extension SIPURI {
  /// Whether both name the same resource: RFC 3261 §19.1.4. Not transitive, as the RFC notes.
  ///
  /// By its list a `transport` in only one of them would be ignored; by its rule on default values
  /// and its examples the two do not match. The examples win.
  public func matches(_ other: SIPURI) -> Bool {
    isSecure == other.isSecure
      && user.map { PercentEscape.normalized($0) }
        == other.user.map { PercentEscape.normalized($0) }
      && password.map { PercentEscape.normalized($0) }
        == other.password.map { PercentEscape.normalized($0) }
      && hostMatches(other) && port == other.port
      && parametersMatch(other) && other.parametersMatch(self)
      && Self.headerList(headers) == Self.headerList(other.headers)
  }

  private func hostMatches(_ other: SIPURI) -> Bool {
    if let address = hostAddress { return address == other.hostAddress }
    return host.equalsIgnoringCase(other.host)
  }

  /// One direction: each of ours is theirs too, or may be missing there.
  private func parametersMatch(_ other: SIPURI) -> Bool {
    parameters.all.allSatisfy { parameter in
      let name = PercentEscape.decoded(parameter.name)
      guard other.parameters.has(name) else {
        return !["user", "ttl", "method", "maddr", "transport"].contains {
          $0.equalsIgnoringCase(name)
        }
      }
      let mine = parameters.value(name).map { PercentEscape.normalized($0) }
      let theirs = other.parameters.value(name).map { PercentEscape.normalized($0) }
      return mine?.map(\.lowercased) == theirs?.map(\.lowercased)
    }
  }

  /// The headers in an order that does not depend on the text's, names in lower case.
  private static func headerList(_ headers: String?) -> [String] {
    (headers ?? "").split(separator: "&").map { header in
      let parts = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = PercentEscape.normalized(parts[0]).map(\.lowercased)
      let value = PercentEscape.normalized(parts.count > 1 ? parts[1] : "")
      return String(decoding: name + [.equal] + value, as: UTF8.self)
    }.sorted()
  }
}
