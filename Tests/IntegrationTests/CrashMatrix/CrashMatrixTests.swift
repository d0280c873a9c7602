import Foundation
import Testing

extension IntegrationTests {
  /// The whole matrix, with the table in docs/durability.md, by `make crash-matrix`.
  @Suite("Crash matrix")
  struct CrashMatrixTests {
    static let isWhole = ProcessInfo.processInfo.environment["TANDEM_CRASH_MATRIX"] != nil

    @Test("kill -9 of the worker costs no call over UDP, in whatever state it is")
    func worker() async throws {
      expectNothingLost(try await MatrixRun(crash: .worker, calls: 3).run())
    }

    @Test(
      "kill -9 of either process or both costs no call over UDP, in whatever state it is",
      .enabled(if: isWhole, "`make crash-matrix` runs it"))
    func everything() async throws {
      var columns: [(crash: Crash, costs: MatrixRun.Costs)] = []
      for crash in Crash.allCases {
        let costs = try await MatrixRun(crash: crash, calls: 10).run()
        expectNothingLost(costs)
        columns.append((crash, costs))
      }
      try MatrixTable.matrix.write(MatrixTable.text(columns))
    }

    private func expectNothingLost(_ costs: MatrixRun.Costs) {
      for (state, cell) in costs {
        #expect(cell.lost == 0, "\(state)")
        for complaint in cell.complaints { Issue.record("\(state): \(complaint.prefix(4000))") }
      }
    }
  }
}
