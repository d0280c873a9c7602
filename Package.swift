// swift-tools-version: 6.1
import PackageDescription

// The tree is the architecture: a folder is a floor, and imports point down only.
// ARCHITECTURE.md tells what lives where.

let strict: [SwiftSetting] = [
  .unsafeFlags(["-warnings-as-errors"]),
  .enableUpcomingFeature("ExistentialAny"),
]

// `make package` sets this, for machines that have no Swift: the program then brings Swift's
// libraries along. Only the last link differs: what was compiled before need not be again.
let withSwiftsLibraries: [LinkerSetting] =
  Context.environment["TANDEM_STATIC"] == nil
  ? []
  : [
    .unsafeFlags([
      "-static-stdlib", "-lFoundation", "-lCoreFoundation", "-lFoundationInternationalization",
      "-lFoundationEssentials", "-l_FoundationICU", "-l_FoundationCShims",
      "-l_FoundationCollections", "-lstdc++",
    ])
  ]

let package = Package(
  name: "tandem",
  products: [
    .executable(name: "tandem", targets: ["tandem"]),
    // For the nested packages Benchmarks and Fuzzing.
    .library(name: "Wire", targets: ["Machines", "Addressing", "Audio", "SIP", "SDP", "RTP"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // 1: wire formats and machines, no I/O
    .target(name: "Machines", path: "Sources/1-wire/Machines", swiftSettings: strict),
    .target(name: "Addressing", path: "Sources/1-wire/Addressing", swiftSettings: strict),
    .target(
      name: "SIP", dependencies: ["Addressing", "Machines"], path: "Sources/1-wire/SIP",
      swiftSettings: strict),
    .target(
      name: "SDP", dependencies: ["Addressing"], path: "Sources/1-wire/SDP",
      swiftSettings: strict),
    .target(
      name: "STUN", dependencies: ["Addressing"], path: "Sources/1-wire/STUN",
      swiftSettings: strict),
    .target(
      name: "RTP", dependencies: ["Machines"], path: "Sources/1-wire/RTP", swiftSettings: strict),
    .target(name: "Audio", path: "Sources/1-wire/Audio", swiftSettings: strict),
    .systemLibrary(name: "CLinux", path: "Sources/1-wire/CLinux"),
    .systemLibrary(
      name: "CCares", path: "Sources/1-wire/CCares", pkgConfig: "libcares",
      providers: [.apt(["libc-ares-dev"])]),
    .systemLibrary(
      name: "COpenSSL", path: "Sources/1-wire/COpenSSL", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"])]),

    // 2: cores, no I/O
    .target(
      name: "MediaControl", dependencies: ["Addressing", "Machines", "SDP"],
      path: "Sources/2-cores/MediaControl", swiftSettings: strict),
    .target(
      name: "CallControl",
      dependencies: [
        "Addressing", "Audio", "Machines", "MediaControl", "SDP", "SIP",
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      path: "Sources/2-cores/CallControl", swiftSettings: strict),

    // 3: shells: sockets, threads, the database
    .target(
      name: "SIPTransport",
      dependencies: [
        "Addressing", "CCares", "CLinux", "COpenSSL", "Machines", "SIP", "STUN",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Sources/3-shells/SIPTransport", swiftSettings: strict),
    .target(
      name: "MediaPlane",
      dependencies: ["Addressing", "Audio", "CLinux", "Machines", "MediaControl", "RTP"],
      path: "Sources/3-shells/MediaPlane", swiftSettings: strict),
    .target(
      name: "Storage",
      dependencies: [
        "Addressing", "CallControl", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Sources/3-shells/Storage", swiftSettings: strict),

    .target(
      name: "Journaling", dependencies: ["Machines"],
      path: "Sources/3-shells/Journaling", swiftSettings: strict),
    .target(
      name: "Supervision", dependencies: ["CLinux"],
      path: "Sources/3-shells/Supervision", swiftSettings: strict),

    // 4: services, what an operator knows by name
    .target(
      name: "Softswitch",
      dependencies: [
        "Addressing", "CallControl", "COpenSSL", "Journaling", "Machines", "MediaControl", "SDP",
        "SIP",
      ],
      path: "Sources/4-services/Softswitch", swiftSettings: strict),

    // beside: how we know
    .target(
      name: "Simulation",
      dependencies: [
        "Addressing", "CallControl", "COpenSSL", "Journaling", "Machines", "MediaControl", "SIP",
        "Softswitch", .product(name: "HeapModule", package: "swift-collections"),
      ],
      path: "Sources/beside/Simulation", swiftSettings: strict),
    .executableTarget(
      name: "simulate", dependencies: ["Simulation"], path: "Sources/beside/simulate",
      swiftSettings: strict),

    // 5: the program, composition only
    .target(
      name: "TandemServer",
      dependencies: [
        "Addressing", "Audio", "CLinux", "CallControl", "Journaling", "Machines", "MediaControl",
        "MediaPlane", "SIP", "SIPTransport", "Softswitch", "Storage", "Supervision", "Yams",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      path: "Sources/5-program/TandemServer", swiftSettings: strict),
    .executableTarget(
      name: "tandem",
      dependencies: [
        "Addressing", "CallControl", "Journaling", "Machines", "Softswitch", "Storage",
        "Supervision", "TandemServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/5-program/tandem", swiftSettings: strict,
      linkerSettings: withSwiftsLibraries),

    // How we know
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    .target(
      name: "TortureVectors", dependencies: ["Addressing", "SIP"], path: "Tests/TortureVectors",
      exclude: ["Messages", "README.md"], swiftSettings: strict),
    .testTarget(
      name: "SIPTests", dependencies: ["Addressing", "Machines", "SIP", "TortureVectors"],
      swiftSettings: strict),
    .testTarget(name: "SDPTests", dependencies: ["Addressing", "SDP"], swiftSettings: strict),
    .testTarget(name: "AudioTests", dependencies: ["Audio"], swiftSettings: strict),
    .testTarget(name: "STUNTests", dependencies: ["Addressing", "STUN"], swiftSettings: strict),
    .testTarget(name: "RTPTests", dependencies: ["Machines", "RTP"], swiftSettings: strict),
    .testTarget(
      name: "MediaControlTests", dependencies: ["Addressing", "Machines", "MediaControl", "SDP"],
      swiftSettings: strict),
    .testTarget(
      name: "CallControlTests",
      dependencies: ["Addressing", "CallControl", "Machines", "MediaControl", "SIP"],
      swiftSettings: strict),
    .testTarget(
      name: "SIPTransportTests",
      dependencies: [
        "Addressing", "Machines", "SIP", "SIPTransport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "MediaPlaneTests",
      dependencies: [
        "Addressing", "Audio", "CLinux", "Machines", "MediaControl", "MediaPlane", "RTP",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "keeper-probe", dependencies: ["Supervision"], path: "Tests/KeeperProbe",
      swiftSettings: strict),
    .testTarget(
      name: "SupervisionTests", dependencies: ["CLinux", "Supervision", "keeper-probe"],
      swiftSettings: strict),
    .testTarget(
      name: "JournalingTests", dependencies: ["Journaling", "Machines"], swiftSettings: strict),
    .testTarget(
      name: "StorageTests",
      dependencies: [
        "Addressing", "CallControl", "Storage", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SoftswitchTests",
      dependencies: [
        "Addressing", "CallControl", "Journaling", "Machines", "MediaControl", "SIP",
        "Softswitch", "TortureVectors",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SimulationTests", dependencies: ["Simulation"], swiftSettings: strict),
    .testTarget(
      name: "ConfigurationTests",
      dependencies: [
        "Addressing", "CallControl", "Machines", "MediaPlane", "Softswitch", "Storage",
        "TandemServer",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TandemServerTests",
      dependencies: [
        "Addressing", "TandemServer", .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "IntegrationTests", dependencies: ["tandem"],
      exclude: ["Scenarios", "API/check-answers.py"],
      swiftSettings: strict),
    .target(
      name: "FuzzProperties",
      dependencies: ["Addressing", "Audio", "Machines", "RTP", "SDP", "SIP"],
      path: "Fuzzing/Properties", swiftSettings: strict),
    .testTarget(
      name: "FuzzReplayTests", dependencies: ["FuzzProperties"], swiftSettings: strict),
  ]
)
