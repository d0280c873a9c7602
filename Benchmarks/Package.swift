// swift-tools-version: 6.1
import PackageDescription

// Beside the product, so that nobody who builds Tandem builds its benchmarks. `./run` builds this
// and reads what the two programs print.

let strict: [SwiftSetting] = [
  .unsafeFlags(["-warnings-as-errors"]),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "tandem", path: "..")],
  targets: [
    .target(
      name: "Workloads", dependencies: [.product(name: "Wire", package: "tandem")],
      swiftSettings: strict),
    .executableTarget(name: "wire-timing", dependencies: ["Workloads"], swiftSettings: strict),
    // Counting is a program of its own: what is timed runs with the C library's plain malloc.
    .target(name: "CAllocationCount"),
    .executableTarget(
      name: "wire-allocations", dependencies: ["CAllocationCount", "Workloads"],
      swiftSettings: strict),
  ]
)
