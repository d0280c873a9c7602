import Glibc
import Testing

@testable import Supervision

@Suite("What keeper and worker say")
struct KeeperChannelTests {
  /// Both ends of a new pipe.
  private func newPipe() -> [Int32] {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    return ends
  }

  private func identity(_ descriptor: Int32) -> UInt64? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? UInt64(status.st_ino) : nil
  }

  @Test("A message reads as it was written", arguments: KeeperMessage.Kind.allCases)
  func roundTrip(kind: KeeperMessage.Kind) {
    let message = KeeperMessage(kind, name: "udp:127.0.0.1:5060", payload: [0, 1, 255])
    #expect(KeeperMessage(message.bytes) == message)
    #expect(KeeperMessage(KeeperMessage(kind).bytes) == KeeperMessage(kind))
  }

  @Test("What is cut short, of another version or of an unknown kind is no message")
  func unknown() {
    let bytes = KeeperMessage(.keep, name: "abc").bytes
    for count in 0..<bytes.count { #expect(KeeperMessage(Array(bytes[..<count])) == nil) }
    #expect(KeeperMessage([2] + bytes.dropFirst()) == nil)
    #expect(KeeperMessage([1, 0x7F, 0]) == nil)
  }

  @Test("Descriptors arrive beside their packet, as other numbers of the same files")
  func descriptors() throws {
    let (left, right) = try KeeperChannel.pair()
    let ends = newPipe()
    #expect(left.send([1, 2], ends) == .sent)
    #expect(left.send([3]) == .sent)
    guard case .packet([1, 2], let received) = right.receive() else {
      Issue.record("no packet")
      return
    }
    #expect(received.count == 2)
    #expect(received.map(identity) == ends.map(identity))
    #expect(Set(received).isDisjoint(with: ends))
    for descriptor in received {
      #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    }
    #expect(right.receive() == .packet([3], []))
    #expect(right.receive() == .nothing)
    for descriptor in ends + received { close(descriptor) }
  }

  @Test("The largest packet and the most descriptors go through; more is cut and closed")
  func limits() throws {
    let (left, right) = try KeeperChannel.pair()
    let end = newPipe()
    let many = Array(repeating: end[0], count: KeeperLimits.descriptors)
    let large = [UInt8](repeating: 7, count: KeeperMessage.capacity)
    #expect(left.send(large, many) == .sent)
    guard case .packet(large, let received) = right.receive() else {
      Issue.record("no packet")
      return
    }
    #expect(received.count == KeeperLimits.descriptors)
    for descriptor in received { close(descriptor) }
    #expect(left.send(large + [7]) == .sent)
    #expect(right.receive() == .cut)
    for descriptor in end { close(descriptor) }
  }

  @Test("A closed end is seen by the other, behind what was said last")
  func end() throws {
    var (left, right): (KeeperChannel?, KeeperChannel) = try KeeperChannel.pair()
    #expect(left?.send([1]) == .sent)
    left = nil
    #expect(right.receive() == .packet([1], []))
    #expect(right.receive() == .ended)
    #expect(right.send([1]) == .failed(EPIPE))
  }

  /// Whether nobody holds the other end of the pipe any more.
  private func isAbandoned(_ readingEnd: Int32) -> Bool {
    var request = pollfd(fd: readingEnd, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0 && request.revents & Int16(POLLHUP) != 0
  }

  @Test("A table closes what is replaced, dropped or too much, and tells what others changed")
  func table() throws {
    var table = KeptTable(limit: 2)
    let (first, second, third, fourth) = (newPipe(), newPipe(), newPipe(), newPipe())
    let kept = [
      table.keep("a", [1], [first[1]], author: 1), table.keep("b", [2], [second[1]], author: 1),
      table.keep("c", [3], [third[1]], author: 1),
    ]
    #expect(kept == [true, true, false])
    #expect(table.descriptors == 2)
    #expect([first, second, third].map { isAbandoned($0[0]) } == [false, false, true])
    let seen = table.serial
    let isReplaced = table.keep("a", [4], [fourth[1]], author: 1)
    #expect(isReplaced && isAbandoned(first[0]))
    table.drop("b", author: 1)
    #expect(isAbandoned(second[0]))
    let isAdded = table.keep("d", [], [], author: 2)
    #expect(isAdded)
    let changes = table.changes(after: seen, except: 2)
    #expect(changes.kept.map(\.name) == ["a"])
    #expect(changes.dropped == ["b"])
    #expect(table.changes(after: seen, except: 1).kept.map(\.name) == ["d"])
    #expect(table.all.map(\.name) == ["a", "d"])
    #expect(table.descriptors == 1)
    for pipe in [first, second, third, fourth] { close(pipe[0]) }
  }
}
