import SIP
import TortureVectors

/// What the codec makes of a message: the verdict on it, or that it cannot be read at all.
enum Outcome: CustomStringConvertible {
  case verdict(RequestVerdict)
  case unreadable(SIPParseError)

  init(of octets: [UInt8], under validation: RequestValidation) {
    do {
      self = .verdict(validation.verdict(on: try SIPMessage(octets)))
    } catch {
      self = .unreadable(error)
    }
  }

  func meets(_ expected: TortureVector.Verdict) -> Bool {
    switch (self, expected) {
    case (.verdict(.accept), .accept): true
    case (.verdict(.drop), .silence), (.unreadable, .silence): true
    case (.verdict(let verdict), .reject(let statuses, let naming)):
      verdict.rejects(with: statuses, naming: naming)
    case (.verdict(let verdict), .unsupported(let tags)):
      verdict.lists(unsupported: tags)
    default: false
    }
  }

  var description: String {
    switch self {
    case .verdict(let verdict): "\(verdict)"
    case .unreadable(let error): "unreadable: \(error)"
    }
  }
}

extension RequestVerdict {
  /// A reason of its own is for 400, which says nothing by itself; the other statuses do.
  fileprivate func rejects(with statuses: [Int], naming words: [String]) -> Bool {
    guard case .reject(let status, let reason, _) = self, statuses.contains(status) else {
      return false
    }
    guard let reason else { return status != 400 }
    return words.contains { reason.contains($0) }
  }

  /// RFC 3261 §8.2.2.3: Unsupported lists the options that were not understood, and those alone.
  fileprivate func lists(unsupported tags: [String]) -> Bool {
    guard case .reject(420, _, let headers) = self else { return false }
    let listed: [String] = headers.filter { $0.name == .unsupported }
      .flatMap { $0.value.filter { $0 != " " }.split(separator: ",").map(String.init) }
    let mayBeListed = tags + ["noProxiesSupportThis", "norDoAnyProxiesSupportThis"]
    return tags.allSatisfy(listed.contains) && listed.allSatisfy(mayBeListed.contains)
  }
}
