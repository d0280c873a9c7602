import Softswitch

/// Names and numbers of groups, which are those of nobody else.
func checkGroups(_ configuration: Configuration, _ reading: inout Reading) {
  var names: [String: String] = [:]
  var numbers: [String: String] = [:]
  for (domainIndex, domain) in configuration.domains.enumerated() {
    for (index, subscriber) in domain.subscribers.enumerated() {
      let path = "domains[\(domainIndex)].subscribers[\(index)]"
      names["\(subscriber.user)@\(domain.name)"] = path
      if let number = subscriber.number { numbers[number] = path }
    }
  }
  for (index, group) in configuration.groups.enumerated() {
    let path = "groups[\(index)]"
    let domain = configuration.domain(of: group)
    if !configuration.domains.contains(where: { $0.name == domain }), group.domain != nil {
      reading.report(
        "\(domain) is not one of the node's domains; write one of them, or leave it out",
        at: "\(path).domain")
    }
    if let other = names.updateValue(path, forKey: "\(group.name)@\(domain)") {
      reading.report(
        "the name \(group.name)@\(domain) is taken already" + place(of: other, reading), at: path)
    }
    guard let number = group.number else { continue }
    let other =
      numbers.updateValue(path, forKey: number) ?? names["\(number)@\(domain)"]
    if let other, other != path {
      reading.report(
        "the number \(number) is taken already" + place(of: other, reading),
        at: "\(path).number")
    }
    if let service = configuration.services.numbers.first(where: { $0.number == number }) {
      reading.report(
        "the number \(number) is that of the \(service.title); change one of them",
        at: "\(path).number")
    }
  }
}

/// Targets outside the node's domains lead nowhere: there is nothing to send calls out by.
func checkTargets(_ configuration: Configuration, _ reading: inout Reading) {
  func check(_ target: String?, _ path: String, _ reading: inout Reading) {
    guard let target, let domain = configuration.foreignDomain(of: target) else { return }
    reading.report(
      "\(target) leads nowhere: \(domain) is none of the node's domains; "
        + "write somebody in one of them", at: path)
  }
  for (domainIndex, domain) in configuration.domains.enumerated() {
    for (index, subscriber) in domain.subscribers.enumerated() {
      let path = "domains[\(domainIndex)].subscribers[\(index)].forward"
      let forward = subscriber.settings.forward
      check(forward.always, "\(path).always", &reading)
      check(forward.busy, "\(path).busy", &reading)
      check(forward.noAnswer?.to, "\(path).noAnswer.to", &reading)
      check(forward.unregistered, "\(path).unregistered", &reading)
    }
  }
  for (index, group) in configuration.groups.enumerated() {
    for (member, name) in group.members.enumerated() {
      check(name, "groups[\(index)].members[\(member)]", &reading)
    }
    check(group.then, "groups[\(index)].then", &reading)
  }
}

private func place(of path: String, _ reading: Reading) -> String {
  reading.line(of: path).map { " (line \($0))" } ?? ""
}
