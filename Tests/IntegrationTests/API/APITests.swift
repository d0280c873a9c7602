import Foundation
import Testing

extension IntegrationTests {
  @Suite("The API")
  struct APITests {
    /// A phone that does not answer its BYE is not waited for.
    private static var quickToStop: NodeConfiguration {
      var configuration = NodeConfiguration()
      configuration.callLog = ["atStop: keep"]
      return configuration
    }

    @Test("Every operation does what the description says, and answers as it says")
    func everyOperation() async throws {
      try await withNode(Self.quickToStop) { node in
        let survey = try APISurvey(of: node)
        try await node.register(at: Ports.one())
        try subscribers(survey)
        try await state(survey, node)
        try settings(survey)
        try groups(survey)
        try registrations(survey)
        try await calls(survey, node)
        try await records(survey, node)
        #expect(try survey.ask("getStatus").json()["node"] as? String == "a1")
        #expect(try survey.ask("drain").json()["isDraining"] as? Bool == true)
        #expect(try survey.ask("drain", query: "?off=1").json()["isDraining"] as? Bool == false)
        try survey.ask("drain", query: "?off=0")
        let refreshed = try survey.ask("refresh")
        #expect(refreshed.status == 204)
        // RFC 9110: no length where there is no content.
        #expect(refreshed.headers["content-length"] == nil)
        #expect(try survey.ask("reload").json()["isApplied"] as? Bool == true)
        #expect(try survey.ask("reload", query: "?trial=1").json()["isApplied"] as? Bool == false)
        try survey.ask("reload", query: "?trial=0")
        #expect(try survey.ask("upgrade").status == 202)
        let findings = try await survey.check()
        #expect(findings == "")
      }
    }

    private func subscribers(_ survey: APISurvey) throws {
      let carol = #"{"user": "carol", "password": "x", "number": "+15550009"}"#
      let made = try survey.ask("createSubscriber", body: carol)
      #expect(made.status == 201)
      #expect(made.headers["location"] == "/api/v1/subscribers/carol%40example.test")
      #expect(
        try survey.ask("createSubscriber", body: carol).json()["code"] as? String == "duplicate")
      for (body, status) in [
        (#"{"user": "dan", "password": "x", "number": "+15550002"}"#, 409),
        (#"{"user": "alice", "password": "x"}"#, 409), (#"{"user": "dan"}"#, 400),
        (#"{"user": "d n", "password": "x"}"#, 400), (#"{"user": "dan", "passwort": "x"}"#, 400),
        (#"{"user": "d@example.test", "password": "x"}"#, 400),
        (#"{"user": "dan", "domain": "other.test", "password": "x"}"#, 400),
        (#"{"user": "dan", "password": "x", "number": 1}"#, 400), ("[]", 400),
        (#"{"user": "dan", "password": null, "ha1": {"MD5": null}}"#, 400),
        (#"{"user": "9196", "password": "x"}"#, 400),
      ] {
        #expect(try survey.ask("createSubscriber", body: body).status == status, "\(body)")
      }
      let page = try survey.ask("listSubscribers", query: "?limit=2")
      #expect(try page.items().map { $0["user"] as? String } == ["alice", "bob"])
      let next = try #require(try page.json()["next"] as? String)
      let last = try survey.ask("listSubscribers", query: "?limit=2&after=\(next)")
      #expect(try last.items().map { $0["user"] as? String } == ["carol"])
      #expect(try last.json()["next"] == nil)
      #expect(page.headers["link"]?.contains(next) == true)

      #expect(try survey.ask("getSubscriber", "bob%40example.test").status == 200)
      #expect(try survey.ask("getSubscriber", "nobody%40example.test").status == 404)
      let changed = try survey.ask("changeSubscriber", "carol", body: #"{"number": null}"#)
      #expect(changed.status == 200)
      #expect(try changed.json()["number"] == nil)
      let hash = String(repeating: "0a", count: 16)
      let hashed = try survey.ask(
        "changeSubscriber", "carol", body: #"{"ha1": {"MD5": "\#(hash)"}}"#,
        headers: ["Content-Type": "application/merge-patch+json"])
      #expect(try hashed.json()["algorithms"] as? [String] == ["MD5"])
      #expect(try survey.ask("changeSubscriber", "alice", body: "{}").status == 409)
      #expect(try survey.ask("changeSubscriber", "dan", body: #"{"number": null}"#).status == 404)
      #expect(try survey.ask("removeSubscriber", "carol").status == 204)
      #expect(try survey.ask("removeSubscriber", "carol").status == 404)
      #expect(try survey.ask("removeSubscriber", "alice").status == 409)
    }

    private func registrations(_ survey: APISurvey) throws {
      let found = try survey.ask("listRegistrations", query: "?subscriber=bob").items()
      let id = try #require(found.first?["id"] as? String)
      #expect(try survey.ask("listRegistrations", query: "?subscriber=alice").items().isEmpty)
      #expect(try survey.ask("listRegistrations", query: "?after=\(id)").items().isEmpty)
      #expect(try survey.ask("removeRegistration", id).status == 204)
      #expect(try survey.ask("removeRegistration", id).status == 404)
      #expect(try survey.ask("removeRegistration", "x").status == 404)
      #expect(try survey.ask("getStatus").json()["registrations"] as? Int == 0)
    }

    private func calls(_ survey: APISurvey, _ node: TandemNode) async throws {
      let phone = try TCPPhone(of: node)
      try await phone.call("9196")
      #expect(try await phone.answer(within: .seconds(5)) == 200)
      let calls = try survey.ask("listCalls").items()
      let id = try #require(calls.first?["id"] as? String)
      #expect(try survey.ask("listCalls", query: "?after=\(id)").items().isEmpty)
      #expect(try survey.ask("getCall", id).json()["state"] as? String == "talking")
      let trace = try survey.ask("traceCall", id)
      #expect(try trace.json()["inProgress"] as? Bool == true)
      let ladder = try survey.ask("traceCall", id, headers: ["Accept": "text/plain"])
      #expect(ladder.body.contains("INVITE"))
      #expect(try survey.ask("traceCall", "abcdefgh").status == 404)
      let ended = try survey.ask("hangUpCall", id)
      #expect(ended.status == 202)
      #expect(try ended.json()["state"] as? String == "releasing")
      #expect(try survey.ask("hangUpCall", "aaaaaaaaaaaaaaa").status == 404)
      #expect(try survey.ask("getCall", "aaaaaaaaaaaaaaa").status == 404)
    }

    private func records(_ survey: APISurvey, _ node: TandemNode) async throws {
      let record = try #require(try await node.callRecords(1).first)
      #expect(record.releasedBy == "system")
      let found = try survey.ask("listCallRecords", query: "?party=9196&order=oldest").items()
      #expect(found.map { $0["id"] as? String } == [record.id])
      for query in ["?party=nobody", "?since=2100-01-01", "?until=2020-01-01T00:00:00Z"] {
        #expect(try survey.ask("listCallRecords", query: query).items().isEmpty, "\(query)")
      }
      let csv = try survey.ask("listCallRecords", headers: ["Accept": "text/csv"])
      #expect(csv.body.split(separator: "\r\n").count == 2)
      let lines = try survey.ask("listCallRecords", headers: ["Accept": "application/jsonl"])
      #expect(lines.body.hasPrefix("{") && lines.body.hasSuffix("}\n"))
      #expect(try survey.ask("listCallRecords", headers: ["Accept": "image/png"]).status == 406)
      for query in ["?since=soon", "?order=best", "?after=x", "?limit=0"] {
        #expect(try survey.ask("listCallRecords", query: query).status == 400, "\(query)")
      }
    }

    @Test("Every path of the description takes its methods and no others")
    func methods() async throws {
      try await withNode { node in
        let client = HTTPClient(port: node.configuration.httpPort)
        let paths = try client.ask("GET", "/api/v1/openapi.json").json()["paths"]
        for (path, item) in try #require(paths as? [String: [String: Any]]) {
          let answer = try client.ask("PUT", "/api/v1" + path.replacing(/\{\w+\}/, with: "x"))
          #expect(answer.status == 405, "\(path)")
          let allowed = answer.headers["allow"]?.split(separator: ", ").map(String.init) ?? []
          #expect(Set(allowed).subtracting(["HEAD"]) == Set(item.keys.map { $0.uppercased() }))
        }
      }
    }

    @Test("From elsewhere the token opens the API, and nothing else does")
    func token() async throws {
      var configuration = NodeConfiguration()
      configuration.http = ["adminToken: 0123456789abcdefghijklmn"]
      try await withNode(configuration) { node in
        let client = HTTPClient(port: configuration.httpPort)
        // What a proxy passes on comes from elsewhere.
        var headers = ["X-Forwarded-For": "192.0.2.1", "Host": "switch.example.test"]
        let refused = try client.ask("GET", "/api/v1/status", headers: headers)
        #expect(refused.status == 401)
        #expect(refused.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
        #expect(refused.headers["content-type"] == "application/problem+json")
        headers["Authorization"] = "Bearer 0123456789abcdefghijklmX"
        #expect(try client.ask("GET", "/api/v1/status", headers: headers).status == 401)
        headers["Authorization"] = "Bearer 0123456789abcdefghijklmn"
        #expect(try client.ask("GET", "/api/v1/status", headers: headers).status == 200)
        headers["Origin"] = "https://evil.test"
        #expect(try client.ask("GET", "/api/v1/status", headers: headers).status == 403)
        let rebound = try client.ask("GET", "/api/v1/status", headers: ["Host": "evil.test"])
        #expect(rebound.status == 403)
        #expect(try await node.status().node == "a1")
        #expect(!node.log.contains("0123456789abcdefghijklm"))
      }
    }

    @Test("A subscriber who was added a moment ago registers, and one who was removed does not")
    func atOnce() async throws {
      try await withNode { node in
        let client = HTTPClient(port: node.configuration.httpPort)
        let dave = Subscriber(user: "dave", password: "secret4")
        let body = #"{"user": "dave", "password": "secret4"}"#
        #expect(try client.ask("POST", "/api/v1/subscribers", body).status == 201)
        try await node.register(dave, at: Ports.one())
        #expect(try client.ask("GET", "/api/v1/status").json()["registrations"] as? Int == 1)
        #expect(try client.ask("DELETE", "/api/v1/subscribers/dave").status == 204)
        #expect(try client.ask("GET", "/api/v1/status").json()["registrations"] as? Int == 0)
        await #expect(throws: TestFailure.self) {
          try await node.register(dave, at: Ports.one())
        }
      }
    }

    @Test("The command line hangs a call up and takes a registration away, running or not")
    func commands() async throws {
      try await withNode(Self.quickToStop) { node in
        try await node.register(at: Ports.one())
        let removed = try await node.command("registrations", "remove", "bob", "--json")
        #expect(try removed.decoded(as: [TandemNode.Registration].self).map(\.user) == ["bob"])
        #expect(try await node.status().registrations == 0)
        let phone = try TCPPhone(of: node)
        try await phone.call("9196")
        #expect(try await phone.answer(within: .seconds(5)) == 200)
        let id = try #require(try await node.calls().first?.id)
        #expect(try await node.command("calls", "hangup", id).status == 0)
        #expect(try await node.callRecords(1).first?.releasedBy == "system")

        try await node.register(at: Ports.one())
        try await node.stop()
        #expect(try await node.command("registrations", "remove", "bob").status == 0)
        #expect(try await node.command("registrations", "remove", "bob").status == 1)
        try await node.start()
        #expect(try await node.status().registrations == 0)
      }
    }
  }
}
