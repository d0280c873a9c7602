import Machines

/// `0.200 s`, to the millisecond.
func seconds(_ duration: Duration) -> String { "\(duration.thousandths) s" }

extension Duration {
  /// Seconds with three decimals: `61.004`.
  var thousandths: String {
    let milliseconds = wholeNanoseconds / 1_000_000
    let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
    let digits = String(rest)
    return "\(milliseconds < 0 ? "-" : "")\(whole)."
      + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
