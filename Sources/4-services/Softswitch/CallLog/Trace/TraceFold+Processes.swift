import CallControl
import Machines

// Where the process that carried the call ended, and where another one began.
extension TraceFold {
  mutating func take(_ mark: ProcessMark, _ kind: LogRecordKind?) {
    if kind == .started {
      interrupt(mark)
      if began == nil { program = mark.text }
      stopReason = nil
    }
    if kind == .stopped { stopReason = mark.text }
    lastSign = later(lastSign, mark.now)
  }

  private mutating func interrupt(_ mark: ProcessMark) {
    guard began != nil, let lastSign else { return }
    interruptions.append(endOfProcess(lastSign))
    interruptions.append(
      row(
        .processBegan(
          "process started (\(mark.text)), \(seconds(mark.now.steady - lastSign.steady)) later"),
        mark.now))
  }

  private func endOfProcess(_ lastSign: Now) -> TraceRow {
    row(
      .processEnded(
        stopReason.map { "process ended on purpose: \($0)" }
          ?? "process died: this is its last sign of life"), lastSign)
  }

  func lastRows(of call: Call) -> [TraceRow] {
    guard let lastSign else { return [] }
    if stopReason != nil { return [endOfProcess(lastSign)] }
    let counted = call.progress.map { ", " + $0.text }.joined()
    return [row(.note("in progress\(counted); the process's last sign of life"), lastSign)]
  }
}

func later(_ left: Now?, _ right: Now) -> Now {
  guard let left, left.steady > right.steady else { return right }
  return left
}
