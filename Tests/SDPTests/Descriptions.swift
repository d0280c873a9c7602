import SDP

/// RFC 8866 §5, the example description.
let exampleOfRFC8866 = """
  v=0
  o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1
  s=Call to John Smith
  i=SDP Offer #1
  u=http://www.jdoe.example.com/home.html
  e=Jane Doe <jane@jdoe.example.com>
  p=+1 617 555-6011
  c=IN IP4 198.51.100.1
  t=0 0
  m=audio 49170 RTP/AVP 0
  m=audio 49180 RTP/AVP 0
  m=video 51372 RTP/AVP 99
  c=IN IP6 2001:db8::2
  a=rtpmap:99 h263-1998/90000

  """

/// A description around the given lines, which begin with the first attribute or medium.
func call(_ lines: String, connection: String? = "IN IP4 192.0.2.1") -> String {
  "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\n" + (connection.map { "c=\($0)\n" } ?? "")
    + "t=0 0\n" + lines + "\n"
}

func parse(_ text: String) throws -> SessionDescription {
  try SessionDescription(text.utf8)
}

/// The serialized description with LF for CRLF.
func text(_ description: SessionDescription) -> String {
  String(decoding: description.serialized.filter { $0 != 0x0D }, as: UTF8.self)
}

func failure(_ text: String, limits: SDPLimits = .standard) -> SDPParseError? {
  do {
    _ = try SessionDescription(text.utf8, limits: limits)
    return nil
  } catch {
    return error
  }
}
