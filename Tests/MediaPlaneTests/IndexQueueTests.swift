import Machines
import Testing

@testable import MediaPlane

@Suite("A queue of indices")
struct IndexQueueTests {
  @Test("It does as an array would, whatever is asked of it", arguments: 1...5)
  func asAnArray(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var (queue, model) = (IndexQueue(capacity: 8), [Int]())
    for _ in 0..<2000 {
      let index = Int.random(in: 0..<8, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0 where !model.contains(index):
        queue.append(index)
        model.append(index)
      case 1:
        let first = queue.popFirst()
        #expect(first == (model.isEmpty ? nil : model.removeFirst()))
      default:
        queue.remove(index)
        model.removeAll { $0 == index }
      }
      #expect(queue.count == model.count && queue.first == model.first)
      #expect((0..<8).allSatisfy { queue.contains($0) == model.contains($0) })
    }
  }
}
