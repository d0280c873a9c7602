import Foundation
import Testing

// What the API does with settings, groups and what phones have told: parts of the one survey.
extension IntegrationTests.APITests {
  func settings(_ survey: APISurvey) throws {
    let erin = #"{"user": "erin", "password": "x", "forward": {"always": "bob"}}"#
    let made = try survey.ask("createSubscriber", body: erin)
    #expect(made.status == 201)
    #expect(try made.forward()["always"] as? String == "bob")
    let patch = #"""
      {"forward": {"always": null, "noAnswer": {"to": "alice", "after": 20}},
       "doNotDisturb": true, "maximumCalls": 2, "mayCall": ["internal", "!+49900"]}
      """#
    let changed = try survey.ask("changeSubscriber", "erin", body: patch)
    #expect(changed.status == 200)
    let noAnswer = try changed.forward()["noAnswer"] as? [String: Any]
    #expect(noAnswer?["to"] as? String == "alice")
    #expect(noAnswer?["after"] as? Int == 20)
    #expect(try changed.forward()["always"] == nil)
    #expect(try changed.json()["doNotDisturb"] as? Bool == true)
    #expect(try changed.json()["maximumCalls"] as? Int == 2)
    #expect(try changed.json()["mayCall"] as? [String] == ["internal", "!+49900"])
    // What is not named stays, also deep inside.
    let longer = try survey.ask(
      "changeSubscriber", "erin",
      body: #"{"forward": {"noAnswer": {"after": 30}, "busy": "9196"}, "mayCall": null}"#)
    #expect(
      (try longer.forward()["noAnswer"] as? [String: Any])?["to"] as? String == "alice")
    #expect(try longer.forward()["busy"] as? String == "9196")
    #expect(try longer.json()["mayCall"] == nil)
    for body in [
      #"{"forward": {"always": "nobody"}}"#, #"{"forward": {"always": "<x>"}}"#,
      #"{"forward": {"sometimes": "bob"}}"#, #"{"forward": 1}"#, #"{"maximumCalls": 0}"#,
      #"{"forward": {"noAnswer": {"after": 601}}}"#, #"{"mayCall": ["49 30"]}"#,
      #"{"doNotDisturb": "on"}"#, #"{"maximumCalls": 3, "number": "x"}"#,
    ] {
      #expect(try survey.ask("changeSubscriber", "erin", body: body).status == 400, "\(body)")
    }
    // A change that is refused in part is not made in part.
    #expect(try survey.ask("getSubscriber", "erin").json()["maximumCalls"] as? Int == 2)
    let plain = try survey.ask("changeSubscriber", "erin", body: #"{"forward": null}"#)
    #expect(try plain.forward().isEmpty)
    let orphan = #"{"forward": {"noAnswer": {"after": 30}}}"#
    #expect(try survey.ask("changeSubscriber", "erin", body: orphan).status == 400)
    let file = try survey.ask("changeSubscriber", "bob", body: #"{"doNotDisturb": true}"#)
    #expect(file.status == 409)
    #expect(try file.json()["code"] as? String == "in-configuration")
  }

  func groups(_ survey: APISurvey) throws {
    let sales = #"{"name": "sales", "number": "600", "members": ["erin", "bob"]}"#
    let made = try survey.ask("createGroup", body: sales)
    #expect(made.status == 201)
    #expect(made.headers["location"] == "/api/v1/groups/sales%40example.test")
    #expect(try made.json()["ringTimeout"] as? Int == 20)
    #expect(try survey.ask("createGroup", body: sales).json()["code"] as? String == "duplicate")
    for (body, status) in [
      (#"{"name": "bob", "members": ["erin"]}"#, 409),
      (#"{"name": "x", "number": "+15550002", "members": ["erin"]}"#, 409),
      (#"{"name": "x", "number": "600", "members": ["erin"]}"#, 409),
      (#"{"name": "x", "number": "9196", "members": ["erin"]}"#, 409),
      (#"{"name": "x", "members": []}"#, 400), (#"{"name": "x", "members": ["nobody"]}"#, 400),
      (#"{"name": "x"}"#, 400), (#"{"name": "x", "members": ["bob"], "strategy": "y"}"#, 400),
      (#"{"name": "x", "members": ["bob"], "ringTimeout": 0}"#, 400),
      (#"{"name": "x y", "members": ["bob"]}"#, 400),
      (#"{"name": "x", "domain": "other.test", "members": ["bob"]}"#, 400),
    ] {
      #expect(try survey.ask("createGroup", body: body).status == status, "\(body)")
    }
    #expect(
      try survey.ask("createSubscriber", body: #"{"user": "600", "password": "x"}"#).status == 409)
    #expect(
      try survey.ask("createGroup", body: #"{"name": "all", "members": ["sales"]}"#).status == 201)
    let page = try survey.ask("listGroups", query: "?limit=1")
    #expect(try page.items().map { $0["name"] as? String } == ["all"])
    let next = try #require(try page.json()["next"] as? String)
    let last = try survey.ask("listGroups", query: "?after=\(next)")
    #expect(try last.items().map { $0["name"] as? String } == ["sales"])
    let changed = try survey.ask(
      "changeGroup", "sales",
      body: #"{"strategy": "serial", "members": ["bob"], "number": null, "then": "9196"}"#)
    #expect(changed.status == 200)
    let shown = try survey.ask("getGroup", "sales").json()
    #expect(shown["strategy"] as? String == "serial")
    #expect(shown["members"] as? [String] == ["bob"])
    #expect(shown["number"] == nil)
    #expect(shown["then"] as? String == "9196")
    for (body, status) in [
      (#"{"members": null}"#, 400), (#"{"members": ["sales"]}"#, 400), (#"{"then": 1}"#, 400),
      (#"{"number": "+15550002"}"#, 409), (#"{"name": "x"}"#, 400),
    ] {
      #expect(try survey.ask("changeGroup", "sales", body: body).status == status, "\(body)")
    }
    #expect(try survey.ask("changeGroup", "none", body: #"{"then": null}"#).status == 404)
    #expect(try survey.ask("removeGroup", "all").status == 204)
    #expect(try survey.ask("removeGroup", "sales").status == 204)
    #expect(try survey.ask("getGroup", "sales").status == 404)
    #expect(try survey.ask("removeSubscriber", "erin").status == 204)
  }

  func state(_ survey: APISurvey, _ node: TandemNode) async throws {
    let presence = try survey.ask("getPresence", "bob").json()
    #expect(presence["contacts"] as? Int == 1)
    #expect(presence["isOpen"] as? Bool == true)
    #expect(try survey.ask("getPresence", "alice").json()["isOpen"] as? Bool == false)
    #expect(try survey.ask("getPresence", "nobody").status == 404)
    #expect(try survey.ask("listSubscriptions", query: "?subscriber=bob").items().isEmpty)
    #expect(try survey.ask("listSubscriptions", query: "?after=x").status == 400)

    // Alice has no phone, so that what bob writes to her is kept.
    let message = SIPp(
      scenario: "message",
      values: ["caller": "bob", "to": "alice", "text": "said to alice", "answer": "202"],
      credentials: .bob)
    try await node.sipp(message).finish()
    let kept = try survey.ask("listMessages", "alice").items()
    #expect(kept.count == 1)
    let id = try #require(kept.first?["id"] as? String)
    #expect((kept.first?["from"] as? String)?.contains("bob") == true)
    #expect((kept.first?["text"] as? String)?.contains("said to alice") == true)
    #expect(try survey.ask("listMessages", "bob").items().isEmpty)
    #expect(try survey.ask("listMessages", "nobody").status == 404)
    #expect(try survey.ask("removeMessage", "bob/\(id)").status == 404)
    #expect(try survey.ask("removeMessage", "alice/\(id)").status == 204)
    #expect(try survey.ask("removeMessage", "alice/\(id)").status == 404)
    #expect(try survey.ask("listMessages", "alice").items().isEmpty)
  }
}

extension HTTPClient.Answer {
  fileprivate func forward() throws -> [String: Any] {
    try json()["forward"] as? [String: Any] ?? [:]
  }
}
