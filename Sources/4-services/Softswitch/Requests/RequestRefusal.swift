import SIP

/// A request that is not granted: what to answer it with.
struct RequestRefusal: Error, Equatable {
  var status: Int
  var reason: String?
  var headers: [HeaderField] = []

  init(_ status: Int, _ reason: String? = nil, headers: [HeaderField] = []) {
    self.status = status
    self.reason = reason
    self.headers = headers
  }
}
