import SIP

extension Flow {
  var isSecure: Bool { transport == .tls }
}
