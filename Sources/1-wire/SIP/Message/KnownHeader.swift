/// The header fields that have a code of their own, so that they are found without comparing text:
/// those of RFC 3261 §20 and of the extensions that a softswitch meets.
enum KnownHeader: UInt8, CaseIterable, Sendable {
  /// Any other name; it is compared as text.
  case other
  case via
  case from
  case to
  case callID
  case cSeq
  case contact
  case maxForwards
  case contentLength
  case contentType
  case route
  case recordRoute
  case expires
  case minExpires
  case require
  case proxyRequire
  case supported
  case unsupported
  case allow
  case accept
  case acceptEncoding
  case acceptLanguage
  case authorization
  case proxyAuthorization
  case wwwAuthenticate
  case proxyAuthenticate
  case authenticationInfo
  case proxyAuthenticationInfo
  case userAgent
  case server
  case date
  case timestamp
  case event
  case allowEvents
  case subscriptionState
  case subject
  case reason
  case retryAfter
  case warning
  case alertInfo
  case callInfo
  case errorInfo
  case contentDisposition
  case contentEncoding
  case contentLanguage
  case inReplyTo
  case mimeVersion
  case organization
  case priority
  case replyTo
  case path
  case serviceRoute
  case rSeq
  case rAck
  case referTo
  case referredBy
  case referSub
  case replaces
  case join
  case targetDialog
  case sessionExpires
  case minSE
  case privacy
  case pAssertedIdentity
  case pPreferredIdentity
  case diversion
  case historyInfo
  case identity
  case sipETag
  case sipIfMatch
  case infoPackage
  case recvInfo
  case flowTimer
  case acceptContact
  case rejectContact
  case requestDisposition
  case maxBreadth
  case userToUser
  case securityClient
  case securityServer
  case securityVerify
  case sessionID
  case geolocation
  /// A line that is no header field (RFC 3261 §7.3.1): kept in place, found under no name.
  case malformed = 127

  /// The name as RFC 3261 §7.3 and its siblings print it.
  var canonicalName: String {
    switch self {
    case .other, .malformed: ""
    case .via: "Via"
    case .from: "From"
    case .to: "To"
    case .callID: "Call-ID"
    case .cSeq: "CSeq"
    case .contact: "Contact"
    case .maxForwards: "Max-Forwards"
    case .contentLength: "Content-Length"
    case .contentType: "Content-Type"
    case .route: "Route"
    case .recordRoute: "Record-Route"
    case .expires: "Expires"
    case .minExpires: "Min-Expires"
    case .require: "Require"
    case .proxyRequire: "Proxy-Require"
    case .supported: "Supported"
    case .unsupported: "Unsupported"
    case .allow: "Allow"
    case .accept: "Accept"
    case .acceptEncoding: "Accept-Encoding"
    case .acceptLanguage: "Accept-Language"
    case .authorization: "Authorization"
    case .proxyAuthorization: "Proxy-Authorization"
    case .wwwAuthenticate: "WWW-Authenticate"
    case .proxyAuthenticate: "Proxy-Authenticate"
    case .authenticationInfo: "Authentication-Info"
    case .proxyAuthenticationInfo: "Proxy-Authentication-Info"
    case .userAgent: "User-Agent"
    case .server: "Server"
    case .date: "Date"
    case .timestamp: "Timestamp"
    case .event: "Event"
    case .allowEvents: "Allow-Events"
    case .subscriptionState: "Subscription-State"
    case .subject: "Subject"
    case .reason: "Reason"
    case .retryAfter: "Retry-After"
    case .warning: "Warning"
    case .alertInfo: "Alert-Info"
    case .callInfo: "Call-Info"
    case .errorInfo: "Error-Info"
    case .contentDisposition: "Content-Disposition"
    case .contentEncoding: "Content-Encoding"
    case .contentLanguage: "Content-Language"
    case .inReplyTo: "In-Reply-To"
    case .mimeVersion: "MIME-Version"
    case .organization: "Organization"
    case .priority: "Priority"
    case .replyTo: "Reply-To"
    case .path: "Path"
    case .serviceRoute: "Service-Route"
    case .rSeq: "RSeq"
    case .rAck: "RAck"
    case .referTo: "Refer-To"
    case .referredBy: "Referred-By"
    case .referSub: "Refer-Sub"
    case .replaces: "Replaces"
    case .join: "Join"
    case .targetDialog: "Target-Dialog"
    case .sessionExpires: "Session-Expires"
    case .minSE: "Min-SE"
    case .privacy: "Privacy"
    case .pAssertedIdentity: "P-Asserted-Identity"
    case .pPreferredIdentity: "P-Preferred-Identity"
    case .diversion: "Diversion"
    case .historyInfo: "History-Info"
    case .identity: "Identity"
    case .sipETag: "SIP-ETag"
    case .sipIfMatch: "SIP-If-Match"
    case .infoPackage: "Info-Package"
    case .recvInfo: "Recv-Info"
    case .flowTimer: "Flow-Timer"
    case .acceptContact: "Accept-Contact"
    case .rejectContact: "Reject-Contact"
    case .requestDisposition: "Request-Disposition"
    case .maxBreadth: "Max-Breadth"
    case .userToUser: "User-to-User"
    case .securityClient: "Security-Client"
    case .securityServer: "Security-Server"
    case .securityVerify: "Security-Verify"
    case .sessionID: "Session-ID"
    case .geolocation: "Geolocation"
    }
  }

  /// The one-letter form (RFC 3261 §7.3.3, and the registry that RFC 3968 opened).
  var compactName: String? {
    switch self {
    case .via: "v"
    case .from: "f"
    case .to: "t"
    case .callID: "i"
    case .contact: "m"
    case .contentLength: "l"
    case .contentType: "c"
    case .supported: "k"
    case .event: "o"
    case .allowEvents: "u"
    case .subject: "s"
    case .contentEncoding: "e"
    case .referTo: "r"
    case .referredBy: "b"
    case .sessionExpires: "x"
    case .identity: "y"
    case .acceptContact: "a"
    case .rejectContact: "j"
    case .requestDisposition: "d"
    default: nil
    }
  }
}
