/// What is wrong with a message's lines, beyond its start line: the first such thing found.
/// A request with one is answered 400, its value the reason phrase.
enum MessageDefect: String, Error, Sendable {
  case malformedHeaderLine = "Malformed Header Line"
  case strayLineEnd = "Line Not Ended By CRLF"
  case headerTooLong = "Header Too Long"
  case tooManyHeaders = "Too Many Headers"
  case unterminatedHeaders = "No Empty Line After Headers"
  case truncatedBody = "Content-Length Larger Than Body"
}
