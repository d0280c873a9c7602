import Addressing
import MediaControl
import SDP

let us = MediaAddressing(advertised: .v4(0xCB00_7109))
let ports = [PortPair(rtp: 20000), PortPair(rtp: 20002), PortPair(rtp: 20004)]
let identity = OriginIdentity(sessionID: 42, version: 1)

/// A description around the given lines, which begin with the first attribute or medium.
func call(_ lines: String, connection: String = "IN IP4 192.0.2.1") throws -> SessionDescription {
  try parse("v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=\(connection)\nt=0 0\n\(lines)\n")
}

func parse(_ text: String) throws -> SessionDescription {
  try SessionDescription(text.utf8)
}

/// The serialized description with LF for CRLF.
func text(_ description: SessionDescription) -> String {
  String(decoding: description.serialized.filter { $0 != 0x0D }, as: UTF8.self)
}

/// The lines from the first attribute or medium on, of a description anchored at `us`.
func body(_ description: SessionDescription) -> String {
  let head = "v=0\no=- 42 1 IN IP4 203.0.113.9\ns=-\nc=IN IP4 203.0.113.9\nt=0 0\n"
  let whole = text(description)
  return whole.hasPrefix(head) ? String(whole.dropFirst(head.count)) : whole
}

func anchored(_ offer: SessionDescription) -> SessionDescription {
  SDPRewriting.anchored(offer, ports: ports, at: us, origin: identity)
}

func anchored(
  _ answer: SessionDescription, answering offer: SessionDescription
) throws -> SessionDescription {
  try SDPRewriting.anchored(answer, answering: offer, ports: ports, at: us, origin: identity)
}

func refusal(_ body: () throws -> Void) -> MediaRefusal? {
  do {
    try body()
    return nil
  } catch {
    return error as? MediaRefusal
  }
}
