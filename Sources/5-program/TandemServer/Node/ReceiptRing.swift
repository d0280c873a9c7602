import Softswitch

/// Remembers which transaction the last sendings were for, should one of them fail.
///
/// Success is never reported, so the ring forgets by itself: a failure that comes after so many
/// further sendings finds nothing, and the transaction's timer does its work instead.
struct ReceiptRing {
  private var slots: [SendReceipt?]
  private var next: UInt64 = 0

  init(capacity: Int) {
    slots = Array(repeating: nil, count: capacity)
  }

  /// - Returns: the number under which the receipt is found again; never 0.
  mutating func keep(_ receipt: SendReceipt) -> UInt64 {
    next += 1
    slots[Int(next % UInt64(slots.count))] = receipt
    return next
  }

  subscript(number: UInt64) -> SendReceipt? {
    guard number <= next, next - number < UInt64(slots.count) else { return nil }
    return slots[Int(number % UInt64(slots.count))]
  }
}
