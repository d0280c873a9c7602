import Addressing
import Testing

@testable import TandemServer

@Suite("Who may use the API")
struct APIAccessTests {
  private static let token = "0123456789abcdefghijklmnop"

  /// Somebody on the machine itself, unless changed.
  private func caller(_ change: (inout APICaller) -> Void = { _ in }) -> APICaller {
    var caller = APICaller()
    caller.source = IPAddress("127.0.0.1")
    caller.host = "127.0.0.1:8080"
    change(&caller)
    return caller
  }

  private func refusal(_ caller: APICaller, token: String? = nil) -> Problem? {
    do throws(Problem) {
      try APIAccess(token: token.map(Secret.init)).check(caller)
      return nil
    } catch {
      return error
    }
  }

  @Test("The machine itself needs no token", arguments: ["127.0.0.1", "127.8.9.1", "::1"])
  func loopback(source: String) {
    let caller = caller { $0.source = IPAddress(source) }
    #expect(refusal(caller) == nil)
    #expect(refusal(caller, token: Self.token) == nil)
  }

  @Test("Nobody else may, while there is no token")
  func elsewhere() {
    let stranger = caller { $0.source = IPAddress("192.0.2.1") }
    #expect(refusal(stranger)?.status == .forbidden)
    let unknown = caller { $0.source = nil }
    #expect(refusal(unknown)?.status == .forbidden)
    let tokenBearer = caller {
      $0.source = IPAddress("192.0.2.1")
      $0.authorization = "Bearer \(Self.token)"
    }
    #expect(refusal(tokenBearer)?.status == .forbidden)
  }

  @Test("Others need the token, the whole token, and nothing but the token")
  func token() {
    func status(_ authorization: String?) -> Int? {
      let caller = caller {
        $0.source = IPAddress("192.0.2.1")
        $0.host = "switch.example.test"
        $0.authorization = authorization
      }
      return refusal(caller, token: Self.token)?.status.code
    }
    #expect(status("Bearer \(Self.token)") == nil)
    #expect(status("bearer \(Self.token)") == nil)
    for wrong in [
      nil, "", "Bearer", "Bearer ", "Basic \(Self.token)", "Bearer \(Self.token)x",
      "Bearer \(Self.token.dropLast())", "Bearer \(Self.token)\(Self.token)",
      "Bearer X\(Self.token.dropFirst())",
    ] {
      #expect(status(wrong) == 401, "\(wrong ?? "nothing")")
    }
  }

  @Test("A refusal for want of a token says how to send one")
  func challenge() {
    let stranger = caller { $0.source = IPAddress("192.0.2.1") }
    let problem = refusal(stranger, token: Self.token)
    #expect(problem?.headers[.wwwAuthenticate] == "Bearer realm=\"tandem\"")
  }

  @Test("A wrong token is refused from the machine itself too")
  func wrongTokenFromHere() {
    let caller = caller { $0.authorization = "Bearer wrong" }
    #expect(refusal(caller, token: Self.token)?.status == .unauthorized)
  }

  @Test("What a proxy on this machine passes on is not from this machine")
  func forwarded() {
    let caller = caller { $0.isForwarded = true }
    #expect(refusal(caller)?.status == .forbidden)
    #expect(refusal(caller, token: Self.token)?.status == .unauthorized)
  }

  @Test(
    "A name that a stranger's DNS may point here is refused",
    arguments: [
      ("localhost", true), ("localhost:8080", true), ("LOCALHOST:1", true), ("10.0.0.5:80", true),
      ("[::1]:8080", true), ("evil.test:8080", false), ("localhost.evil.test", false),
      ("127.0.0.1.evil.test", false), ("", false), ("[evil]:80", false),
    ])
  func rebinding(host: String, isRight: Bool) {
    let caller = caller { $0.host = host }
    #expect((refusal(caller) == nil) == isRight)
  }

  @Test("A page of another site may ask nothing, whoever shows it")
  func foreignPages() {
    for origin in ["https://evil.test", "null", "http://127.0.0.1:9999", "http://localhost:8080"] {
      #expect(refusal(caller { $0.origin = origin })?.code == "cross-site", "\(origin)")
    }
    for site in ["cross-site", "same-site", "whatever"] {
      #expect(refusal(caller { $0.fetchSite = site })?.code == "cross-site", "\(site)")
    }
    #expect(refusal(caller { $0.origin = "http://127.0.0.1:8080" }) == nil)
    #expect(refusal(caller { $0.fetchSite = "none" }) == nil)
  }
}
