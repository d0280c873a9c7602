import Testing

@testable import SIP

struct ControlScanTests {
  private func firstControl(_ octets: [UInt8]) -> Int {
    ControlScan.firstControl(in: octets.span.bytes, from: 0)
  }

  private func first(_ octet: UInt8, _ octets: [UInt8], _ range: Range<Int>) -> Int {
    ControlScan.first(
      octet, in: octets.span.bytes, from: range.lowerBound, to: range.upperBound)
  }

  private func hasControl(_ octets: [UInt8], from start: Int = 0) -> Bool {
    ControlScan.hasControl(in: octets.span.bytes, from: start)
  }

  @Test("The first control character is found at every offset, whatever stands around it")
  func firstControl() {
    for count in 0..<80 {
      for place in 0...count {
        for filler in [UInt8(0x20), 0x41, 0x7F, 0xFF] {
          var octets = [UInt8](repeating: filler, count: count)
          if place < count { octets[place] = 0x1F }
          if place + 1 < count { octets[place + 1] = 0 }
          #expect(firstControl(octets) == place)
        }
      }
    }
  }

  @Test("The first such octet is found before the end and not behind it", arguments: 0..<70)
  func firstOctet(place: Int) {
    var octets = [UInt8](repeating: 0x3B, count: 70)
    octets[place] = 0x3A
    if place + 1 < 70 { octets[place + 1] = 0x3A }
    #expect(first(0x3A, octets, 0..<70) == place)
    #expect(first(0x3A, octets, 0..<place) == place)
    #expect(first(0x3A, octets, place..<70) == place)
  }

  @Test("A text has a control character or not, DEL being one", arguments: 0..<20)
  func hasControl(place: Int) {
    var octets = [UInt8](repeating: 0xFE, count: 20)
    #expect(!hasControl(octets))
    for control in [UInt8(0), 0x0A, 0x1F, 0x7F] {
      octets[place] = control
      #expect(hasControl(octets))
      #expect(!hasControl(octets, from: place + 1))
    }
    octets[place] = 0x20
    #expect(!hasControl(octets))
  }
}
