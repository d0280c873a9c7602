// swift-tools-version: 6.1
import PackageDescription

// Beside the product, so that nobody who builds Tandem builds its fuzzers. `./run` builds this
// with the sanitizer that feeds libFuzzer.

let strict: [SwiftSetting] = [
  .unsafeFlags(["-warnings-as-errors"]),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "Fuzzing",
  dependencies: [.package(name: "tandem", path: "..")],
  targets: [
    .target(name: "CLibFuzzer"),
    .target(
      name: "FuzzProperties",
      dependencies: [.product(name: "Wire", package: "tandem")],
      path: "Properties", swiftSettings: strict),
    .executableTarget(
      name: "fuzz", dependencies: ["CLibFuzzer", "FuzzProperties"], swiftSettings: strict),
  ]
)
