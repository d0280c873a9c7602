import SDP
import Testing

/// A description that must not be read, and why.
struct Malformed: CustomTestStringConvertible, Sendable {
  var section: String
  var text: String
  var error: SDPParseError

  init(_ section: String, _ text: String, line: Int, _ reason: SDPParseError.Reason) {
    self.section = section
    self.text = text
    error = SDPParseError(line: line, reason: reason)
  }

  var testDescription: String { "RFC 8866 §\(section): \(error)" }
}

private func type(_ letter: Unicode.Scalar) -> UInt8 { UInt8(ascii: letter) }

private let head = "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\n"

private let malformed = [
  Malformed("5", "", line: 1, .missing(type("v"))),
  Malformed("5.1", "o=- 1 1 IN IP4 1.2.3.4\nv=0\n", line: 1, .missing(type("v"))),
  Malformed("5.1", "v=1\n", line: 1, .malformed(type("v"))),
  Malformed("5.1", "v=\n", line: 1, .malformed(type("v"))),
  Malformed("5.2", "v=0\ns=-\nt=0 0\n", line: 3, .missing(type("o"))),
  Malformed("5.2", "v=0\no=- 1 IN IP4 1.2.3.4\n", line: 2, .malformed(type("o"))),
  Malformed("5.2", "v=0\no=- 1 -1 IN IP4 1.2.3.4\n", line: 2, .malformed(type("o"))),
  Malformed("5.2", "v=0\no=- x 1 IN IP4 1.2.3.4\n", line: 2, .malformed(type("o"))),
  Malformed("5.3", "v=0\no=- 1 1 IN IP4 1.2.3.4\nt=0 0\n", line: 3, .missing(type("s"))),
  Malformed("5.9", head, line: 3, .missing(type("t"))),
  Malformed("5.9", head + "m=audio 0 RTP/AVP 0\n", line: 4, .missing(type("t"))),
  Malformed("5.9", head + "t=0\n", line: 4, .malformed(type("t"))),
  Malformed("5.9", head + "t=now later\n", line: 4, .malformed(type("t"))),
  Malformed("5.10", head + "r=7d 1h 0\nt=0 0\n", line: 4, .misplaced(type("r"))),
  Malformed("5.11", head + "t=0 0\nz=0 0\nz=0 0\n", line: 6, .misplaced(type("z"))),
  Malformed("5", head + "s=again\n", line: 4, .misplaced(type("s"))),
  Malformed("5", head + "v=0\n", line: 4, .misplaced(type("v"))),
  Malformed("5.7", call("c=IN IP4 192.0.2.2"), line: 6, .misplaced(type("c"))),
  Malformed("5.7", head + "c=IN IP4\n", line: 4, .malformed(type("c"))),
  Malformed(
    "5.7", call("m=audio 4000 RTP/AVP 0\na=sendrecv\nm=audio 1 RTP/AVP 0", connection: nil),
    line: 7, .missing(type("c"))),
  Malformed(
    "5.7", call("m=audio 4000 RTP/AVP 0\na=sendrecv", connection: nil), line: 6,
    .missing(type("c"))),
  Malformed("5", call("m=audio 4000 RTP/AVP 0\nt=0 0"), line: 7, .misplaced(type("t"))),
  Malformed("5", call("m=audio 4000 RTP/AVP 0\ni=a\ni=b"), line: 8, .misplaced(type("i"))),
  Malformed("5", call("x=unknown"), line: 6, .unknownType(type("x"))),
  Malformed("5", call("A=capital"), line: 6, .unknownType(type("A"))),
  Malformed("5", call("nonsense"), line: 6, .notALine),
  Malformed("5", call("a"), line: 6, .notALine),
  Malformed("5", call(" a=x"), line: 6, .notALine),
  Malformed("5", call("\na=x"), line: 7, .notALine),
  Malformed("5", call("a=x\0y"), line: 6, .forbiddenOctet),
  Malformed("5", call("a=x\ry"), line: 6, .forbiddenOctet),
  Malformed("5", "v=0\no=- 1 1 IN IP4 hôte.example.com\n", line: 2, .malformed(type("o"))),
  Malformed("5", head + "c=IN IP4 hôte.example.com\n", line: 4, .malformed(type("c"))),
  Malformed("5.14", call("m=audio 65536 RTP/AVP 0"), line: 6, .malformed(type("m"))),
  Malformed(
    "5.14", call("m=audio 99999999999999999999999 RTP/AVP 0"), line: 6, .malformed(type("m"))),
  Malformed("5.14", call("m=audio -1 RTP/AVP 0"), line: 6, .malformed(type("m"))),
  Malformed("5.14", call("m=audio 4000/0 RTP/AVP 0"), line: 6, .malformed(type("m"))),
  Malformed("5.14", call("m=audio 4000/ RTP/AVP 0"), line: 6, .malformed(type("m"))),
  Malformed("5.14", call("m=audio 4000 RTP/AVP"), line: 6, .malformed(type("m"))),
  Malformed("5.14", call("m=audio"), line: 6, .malformed(type("m"))),
  Malformed("5.14", call("m="), line: 6, .malformed(type("m"))),
  Malformed("5.14", call("m=audio 4000 RTP/AVP ä"), line: 6, .malformed(type("m"))),
]

@Suite("What is no description")
struct MalformedTests {
  @Test("A malformed description is refused with its line and the reason", arguments: malformed)
  func refused(_ vector: Malformed) {
    #expect(failure(vector.text) == vector.error)
  }

  @Test("An error says the line and what is wrong")
  func wording() {
    #expect(failure(call("x=1"))?.description == "line 6: unknown line type x=")
    #expect(failure(call("\u{1}=1"))?.description == "line 6: unknown line type octet 1")
    #expect(failure(head)?.description == "line 3: t= is missing")
  }

  @Test("Each limit holds at its value and refuses one more")
  func limits() {
    let description = call("m=audio 1 RTP/AVP 0\nm=audio 2 RTP/AVP 0")
    let bytes = description.utf8.count
    let longest = "o=- 1 1 IN IP4 192.0.2.1".utf8.count
    let exact = SDPLimits(bytes: bytes, lines: 7, lineBytes: longest, media: 2)
    #expect(failure(description, limits: exact) == nil)
    let rows: [(WritableKeyPath<SDPLimits, Int>, Int, SDPParseError.Reason)] = [
      (\.bytes, 1, .tooManyBytes), (\.lines, 7, .tooManyLines), (\.lineBytes, 2, .lineTooLong),
      (\.media, 7, .tooManyMedia),
    ]
    for (limit, line, reason) in rows {
      var tight = exact
      tight[keyPath: limit] -= 1
      #expect(failure(description, limits: tight) == SDPParseError(line: line, reason: reason))
    }
  }

  @Test("A rejected stream needs neither c= nor formats")
  func bareRejection() throws {
    let description = try parse(call("m=audio 0 RTP/AVP\nm=video 0 RTP/AVP 31", connection: nil))
    #expect(description.media.map(\.isRejected) == [true, true])
    #expect(description.media[0].formats.isEmpty)
    #expect(description.address(of: description.media[0]) == nil)
  }
}
