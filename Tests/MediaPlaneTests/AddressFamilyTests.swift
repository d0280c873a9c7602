import Addressing
import Glibc
import MediaControl
import Testing

@testable import MediaPlane

@Suite("IPv4 and IPv6 parties of one relay")
struct AddressFamilyTests {
  let stream = StreamID(value: 1)

  @Test("Media and RTCP go between a party of IPv4 and one of IPv6, both ways")
  func mixed() throws {
    let six = IPAddress.v6(0, 1)
    let bench = try RelayBench(address: .anyIPv6, isDual: true)
    let (alice, bob) = (try Phone(), try Phone(address: six))
    let bobControl = try Phone(address: six)
    let caller = try bench.termination(alice.endpoint)
    let callee = try bench.termination(bob.endpoint, rtcp: bobControl.endpoint, signalling: six)
    bench.relay.relay(stream, caller: caller, callee: callee)
    for number in 0..<20 {
      alice.send(speech(number, source: 1), to: caller.ports.rtp)
      let atBob = try #require(bob.receive())
      #expect(atBob.bytes == speech(number, source: 1) && atBob.port == callee.ports.rtp)
      bob.send(speech(number, source: 2), to: callee.ports.rtp)
      let atAlice = try #require(alice.receive())
      #expect(atAlice.bytes == speech(number, source: 2) && atAlice.port == caller.ports.rtp)
    }
    alice.send(receiverReport, to: caller.ports.rtcp)
    #expect(bobControl.receive()?.bytes == receiverReport)
    let report = try #require(bench.close(stream))
    #expect(report.fromCaller.packetsForwarded == 20)
    #expect(report.fromCallee.packetsForwarded == 20)
    #expect(report.fromCaller.strayPackets == 0 && report.fromCallee.strayPackets == 0)
  }

  @Test("A party of IPv4 is latched to where it speaks from, on a socket for both families")
  func latching() throws {
    let bench = try RelayBench(address: .anyIPv6, isDual: true)
    let (alice, bob) = (try Phone(), try Phone())
    // What alice signals is private and wrong: she is behind a translator.
    let caller = try bench.termination(IPEndpoint("10.9.8.7:4000"))
    let callee = try bench.termination(bob.endpoint)
    bench.relay.relay(stream, caller: caller, callee: callee)
    for number in 0..<5 { alice.send(speech(number), to: caller.ports.rtp) }
    for _ in 0..<5 { #expect(bob.receive() != nil) }
    bob.send(speech(1, source: 2), to: callee.ports.rtp)
    #expect(alice.receive()?.bytes == speech(1, source: 2))
  }

  @Test(
    "Addresses are written for the kernel and read again as what they are",
    arguments: ["192.0.2.1:5004", "[2001:db8::1]:5004", "[::1]:1", "255.255.255.255:65535"])
  func mapping(text: String) throws {
    let endpoint = try #require(IPEndpoint(text))
    let address = SocketAddress(mapping: endpoint)
    #expect(address.length == socklen_t(SocketAddress.capacity))
    #expect(address.isIPv6 == endpoint.address.isIPv6)
    let read = address.withPointer { SocketAddress.endpoint(in: UnsafeRawPointer($0), length: $1) }
    #expect(read == endpoint)
  }
}
