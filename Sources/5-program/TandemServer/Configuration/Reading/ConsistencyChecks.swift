import Addressing

/// Looks for what contradicts itself across the file: names, numbers and ports taken twice.
func checkTogether(_ configuration: Configuration, _ reading: inout Reading) {
  checkListeners(configuration, &reading)
  checkMediaPorts(configuration, &reading)
  checkDomains(configuration, &reading)
  checkSubscribers(configuration, &reading)
  checkGroups(configuration, &reading)
  checkServices(configuration, &reading)
  checkTargets(configuration, &reading)
}

private func checkListeners(_ configuration: Configuration, _ reading: inout Reading) {
  var taken: [(transport: ListenAddress.Transport, place: IPEndpoint, path: String)] = []
  func take(
    _ transport: ListenAddress.Transport, _ place: IPEndpoint, _ path: String,
    _ reading: inout Reading
  ) {
    let other = taken.first {
      $0.transport.socket == transport.socket && $0.place.meets(place)
    }
    if let other {
      reading.report(
        "\(transport.rawValue):\(place) is taken already by "
          + "\(other.transport.rawValue):\(other.place)"
          + reference(to: other.path, reading), at: path)
    }
    taken.append((transport, place, path))
  }
  for (index, listener) in configuration.sip.listen.enumerated() {
    take(listener.transport, listener.bound, "sip.listen[\(index)]", &reading)
  }
  if let http = configuration.http { take(.tcp, http.listen, "http.listen", &reading) }
}

private func checkMediaPorts(_ configuration: Configuration, _ reading: inout Reading) {
  let media = configuration.media
  // A wildcard without an advertised address is what stands there when "media" could not be read.
  if media.address.isUnspecified, media.advertise == nil { return }
  for (index, listener) in configuration.sip.listen.enumerated()
  where listener.transport == .udp && media.ports.contains(listener.bound.port) {
    let place = IPEndpoint(media.address, listener.bound.port)
    // With both families ports are bound on every address.
    guard media.address6 != nil || place.meets(listener.bound) else { continue }
    reading.report(
      "udp:\(listener.bound) lies within media.ports"
        + reference(to: "media.ports", reading) + "; move one of them",
      at: "sip.listen[\(index)]")
  }
}

private func checkDomains(_ configuration: Configuration, _ reading: inout Reading) {
  var first: [String: String] = [:]
  for (index, domain) in configuration.domains.enumerated() {
    let path = "domains[\(index)]"
    if let other = first[domain.name] {
      reading.report(
        "the domain \(domain.name) stands here a second time"
          + reference(to: other, reading) + "; join the two", at: path)
    } else {
      first[domain.name] = path
    }
  }
}

private func checkSubscribers(_ configuration: Configuration, _ reading: inout Reading) {
  var users: [String: String] = [:]
  var numbers: [String: String] = [:]
  let services = Dictionary(
    configuration.services.numbers.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
  for (domainIndex, domain) in configuration.domains.enumerated() {
    for (index, subscriber) in domain.subscribers.enumerated() {
      let path = "domains[\(domainIndex)].subscribers[\(index)]"
      let name = "\(subscriber.user)@\(domain.name)"
      if let other = users.updateValue(path, forKey: name) {
        reading.report(
          "the subscriber \(name) stands here a second time"
            + reference(to: other, reading) + "; remove one", at: path)
      }
      if let number = subscriber.number, let other = numbers.updateValue(path, forKey: number) {
        reading.report(
          "the number \(number) belongs to another subscriber already"
            + reference(to: other, reading), at: "\(path).number")
      }
      for name in [subscriber.user, subscriber.number].compactMap({ $0 }) {
        guard let service = services[name] else { continue }
        let kind = name == subscriber.user ? "user" : "number"
        reading.report(
          "the \(kind) \(name) has the number of the \(service.title); "
            + "rename the user or change \(label(of: service.path))", at: path)
      }
    }
  }
}

func reference(to path: String, _ reading: Reading) -> String {
  reading.line(of: path).map { " (line \($0))" } ?? ""
}

extension IPEndpoint {
  /// Whether both cannot be bound at once.
  fileprivate func meets(_ other: IPEndpoint) -> Bool {
    guard port == other.port else { return false }
    if address == other.address { return true }
    // A wildcard takes the port of each address; that of IPv6 is bound for IPv6 alone.
    return address.isIPv6 == other.address.isIPv6
      && (address.isUnspecified || other.address.isUnspecified)
  }
}
