import Testing

/// An offer as a peer writes it, and what the other party is shown.
struct PeerOffer: CustomTestStringConvertible, Sendable {
  var peer: String
  var offer: String
  var anchored: String

  var testDescription: String { peer }
}

let peerOffers = [
  PeerOffer(
    peer: "SIPp",
    offer: """
      v=0
      o=user1 53655765 2353687637 IN IP4 127.0.0.77
      s=-
      c=IN IP4 127.0.0.77
      t=0 0
      m=audio 6000 RTP/AVP 0
      a=rtpmap:0 PCMU/8000

      """,
    anchored: """
      v=0
      o=- 42 1 IN IP4 203.0.113.9
      s=-
      c=IN IP4 203.0.113.9
      t=0 0
      m=audio 20000 RTP/AVP 0
      a=rtpmap:0 PCMU/8000

      """),
  PeerOffer(
    peer: "baresip",
    offer: """
      v=0
      o=- 2817347189 3061245193 IN IP4 10.0.0.2
      s=-
      c=IN IP4 10.0.0.2
      t=0 0
      a=tool:baresip 1.0.0
      m=audio 21438 RTP/AVP 0 8 101
      a=rtpmap:0 PCMU/8000
      a=rtpmap:8 PCMA/8000
      a=rtpmap:101 telephone-event/8000
      a=fmtp:101 0-15
      a=sendrecv
      a=label:1
      a=rtcp-rsize
      a=rtcp-mux
      a=ssrc:1684093042 cname:sip:alice@example.test
      a=ptime:20

      """,
    anchored: """
      v=0
      o=- 42 1 IN IP4 203.0.113.9
      s=-
      c=IN IP4 203.0.113.9
      t=0 0
      a=tool:baresip 1.0.0
      m=audio 20000 RTP/AVP 0 8 101
      a=rtpmap:0 PCMU/8000
      a=rtpmap:8 PCMA/8000
      a=rtpmap:101 telephone-event/8000
      a=fmtp:101 0-15
      a=sendrecv
      a=label:1
      a=rtcp-rsize
      a=ssrc:1684093042 cname:sip:alice@example.test
      a=ptime:20

      """),
  PeerOffer(
    peer: "linphone with ICE, video and RTCP elsewhere",
    offer: """
      v=0
      o=alice 3124 2245 IN IP4 192.168.1.20
      s=Talk
      c=IN IP4 192.168.1.20
      b=AS:380
      t=0 0
      a=ice-pwd:0f6a2b8c0f6a2b8c0f6a2b8c
      a=ice-ufrag:c3a1d2e4
      a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics
      a=record:off
      m=audio 7078 RTP/AVPF 96 97 0
      a=rtpmap:96 opus/48000/2
      a=fmtp:96 useinbandfec=1
      a=rtpmap:97 telephone-event/48000
      a=rtcp:53912
      a=candidate:1 1 UDP 2130706303 192.168.1.20 7078 typ host
      a=candidate:1 2 UDP 2130706302 192.168.1.20 53912 typ host
      a=rtcp-fb:* trr-int 5000
      m=video 9078 RTP/AVPF 96
      c=IN IP4 192.168.1.21
      a=rtpmap:96 VP8/90000
      a=rtcp:58211 IN IP4 198.51.100.7
      a=remote-candidates:1 192.0.2.7 4000
      a=end-of-candidates

      """,
    anchored: """
      v=0
      o=- 42 1 IN IP4 203.0.113.9
      s=Talk
      c=IN IP4 203.0.113.9
      b=AS:380
      t=0 0
      a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics
      a=record:off
      m=audio 20000 RTP/AVPF 96 97 0
      a=rtpmap:96 opus/48000/2
      a=fmtp:96 useinbandfec=1
      a=rtpmap:97 telephone-event/48000
      a=rtcp:20001
      a=rtcp-fb:* trr-int 5000
      m=video 20002 RTP/AVPF 96
      a=rtpmap:96 VP8/90000
      a=rtcp:20003

      """),
  PeerOffer(
    peer: "Chromium, before its candidates are known",
    offer: """
      v=0
      o=- 4962303333179871722 2 IN IP4 127.0.0.1
      s=-
      t=0 0
      a=group:BUNDLE 0 1
      a=extmap-allow-mixed
      a=msid-semantic: WMS 5f1
      m=audio 9 UDP/TLS/RTP/SAVPF 111 0
      c=IN IP4 0.0.0.0
      a=rtcp:9 IN IP4 0.0.0.0
      a=ice-ufrag:4ZcD
      a=ice-pwd:2/1muCWoOi3uLifh0NuRHlqs
      a=ice-options:trickle
      a=fingerprint:sha-256 AA:BB
      a=setup:actpass
      a=mid:0
      a=sendrecv
      a=rtcp-mux
      a=rtcp-mux-only
      a=rtpmap:111 opus/48000/2
      m=application 9 UDP/DTLS/SCTP webrtc-datachannel
      c=IN IP4 0.0.0.0
      a=bundle-only
      a=ice-ufrag:4ZcD
      a=ice-pwd:2/1muCWoOi3uLifh0NuRHlqs
      a=mid:1
      a=sctp-port:5000

      """,
    anchored: """
      v=0
      o=- 42 1 IN IP4 203.0.113.9
      s=-
      c=IN IP4 203.0.113.9
      t=0 0
      a=extmap-allow-mixed
      a=msid-semantic: WMS 5f1
      m=audio 20000 UDP/TLS/RTP/SAVPF 111 0
      a=rtcp:20001
      a=fingerprint:sha-256 AA:BB
      a=setup:actpass
      a=mid:0
      a=sendrecv
      a=rtpmap:111 opus/48000/2
      m=application 20002 UDP/DTLS/SCTP webrtc-datachannel
      a=mid:1
      a=sctp-port:5000

      """),
  PeerOffer(
    peer: "a fax gateway that ends audio and starts T.38",
    offer: """
      v=0
      o=gw 1 3 IN IP4 198.51.100.30
      s=SIP Call
      c=IN IP4 198.51.100.30
      t=0 0
      m=audio 0 RTP/AVP 0
      a=rtpmap:0 PCMU/8000
      m=image 16390 udptl t38
      a=T38FaxVersion:0
      a=T38MaxBitRate:14400
      a=T38FaxRateManagement:transferredTCF

      """,
    anchored: """
      v=0
      o=- 42 1 IN IP4 203.0.113.9
      s=SIP Call
      c=IN IP4 203.0.113.9
      t=0 0
      m=audio 0 RTP/AVP 0
      m=image 20002 udptl t38
      a=T38FaxVersion:0
      a=T38MaxBitRate:14400
      a=T38FaxRateManagement:transferredTCF

      """),
  PeerOffer(
    peer: "a phone with keys in the SDP, over IPv6",
    offer: """
      v=0
      o=- 20518 0 IN IP6 2001:db8::5
      s=-
      c=IN IP6 2001:db8::5
      t=0 0
      m=audio 49170 RTP/SAVP 8
      a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20
      a=rtcp:53020 IN IP6 2001:db8::6
      m=audio 49172/2 RTP/AVP 0
      c=IN IP6 2001:db8::7

      """,
    anchored: """
      v=0
      o=- 42 1 IN IP4 203.0.113.9
      s=-
      c=IN IP4 203.0.113.9
      t=0 0
      m=audio 20000 RTP/SAVP 8
      a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20
      a=rtcp:20001
      m=audio 20002 RTP/AVP 0

      """),
  PeerOffer(
    peer: "a client with messages over TCP beside its audio",
    offer: """
      v=0
      o=- 1 1 IN IP4 10.1.1.1
      s=-
      c=IN IP4 10.1.1.1
      t=0 0
      m=message 2855 TCP/MSRP *
      a=path:msrp://10.1.1.1:2855/iau39soe2843z;tcp
      a=mid:m
      m=audio 4000 RTP/AVP 0

      """,
    anchored: """
      v=0
      o=- 42 1 IN IP4 203.0.113.9
      s=-
      c=IN IP4 203.0.113.9
      t=0 0
      m=message 0 TCP/MSRP *
      a=mid:m
      m=audio 20002 RTP/AVP 0

      """),
]
