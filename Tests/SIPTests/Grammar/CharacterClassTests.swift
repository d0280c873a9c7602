import Testing

@testable import SIP

struct CharacterClassTests {
  static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
  static let digits = "0123456789"
  static let unreserved = letters + digits + "-_.!~*'()"
  static let visible = String(decoding: 0x21...0x7E, as: UTF8.self)

  @Test(
    "Each class has the characters that the grammar gives it (RFC 3261 §25.1), and no other octet",
    arguments: [
      (CharacterClass.token, letters + digits + "-.!%*_+`'~"),
      (.digit, digits), (.whitespace, " \t\r\n"),
      (.parameterValue, visible.filter { !"\",;<>?\\()".contains($0) }),
      (.reserved, ";/?:@&=+$,"), (.scheme, letters + digits + "+-."),
      (.hostName, letters + digits + "-._"), (.user, unreserved + "&=+$,;?/#"),
      (.password, unreserved + "&=+$,"), (.uriParameter, unreserved + "[]/:&+$%"),
      (.uriHeader, unreserved + "[]/?:+$=&"), (.uri, visible.filter { !"<>\"".contains($0) }),
      (.visible, visible),
    ])
  func classes(set: CharacterClass, characters: String) {
    let members = Set(characters.utf8)
    for octet in UInt8.min...UInt8.max {
      #expect(set.contains(octet) == members.contains(octet), "octet \(octet)")
    }
  }
}
