import SIP

/// What a REFER asks for: RFC 3515 §2.4.2.
struct ReferRequest: Equatable {
  /// The URI, without the method and the headers in it.
  let target: String
  let isNotifying: Bool

  struct Refusal: Error, Equatable {
    let status: Int
    var reason: String?
  }

  private static let longestTarget = 512

  static func read(_ refer: SIPMessage) -> Result<ReferRequest, Refusal> {
    let rows = refer.rows(.referTo)
    // §2.4.2: none or several is a bad request.
    guard rows.count == 1, let row = rows.first, row.utf8.count <= longestTarget,
      let address = NameAddress(row)
    else { return .failure(Refusal(status: 400, reason: "Bad Refer-To")) }
    let isNotifying = refer.firstValue(.referSub)?.prefix { $0 != ";" }.lowercased() != "false"
    switch address.uri {
    case .sip(var uri):
      if let method = uri.parameters.value("method"), method.uppercased() != "INVITE" {
        return .failure(Refusal(status: 603))
      }
      if uri.headers?.lowercased().contains("replaces=") == true {
        return .failure(Refusal(status: 603))
      }
      uri.parameters.remove("method")
      uri.headers = nil
      return .success(ReferRequest(target: uri.text, isNotifying: isNotifying))
    case .tel:
      return .success(ReferRequest(target: address.uri.text, isNotifying: isNotifying))
    case .other:
      return .failure(Refusal(status: 416))
    }
  }
}
