import Addressing

extension ValueReader where Value == IPAddress {
  static var address: ValueReader {
    .scalar("IP address", example: "192.0.2.1", text: { $0.description }) {
      written throws(Wrong) in
      guard let address = IPAddress(written) else {
        throw Wrong("is not an IP address; write one such as 192.0.2.1 or 2001:db8::1")
      }
      return address
    }
  }
}

extension ValueReader where Value == IPNetwork {
  static var network: ValueReader {
    .scalar("network", example: "192.0.2.0/24", text: { $0.description }) {
      written throws(Wrong) in
      guard let network = IPNetwork(written) else {
        throw Wrong("is not a network; write one such as 192.0.2.0/24, or a single address")
      }
      return network
    }
  }
}

extension ValueReader where Value == IPEndpoint {
  static var endpoint: ValueReader {
    .scalar("address:port", example: "127.0.0.1:8080", text: { $0.description }) {
      written throws(Wrong) in try parseEndpoint(written, example: "127.0.0.1:8080")
    }
  }
}

extension ValueReader where Value == ClosedRange<UInt16> {
  /// Whole pairs of ports: a last port that has no odd neighbour above it is left out.
  static var ports: ValueReader {
    .scalar(
      "port range", example: "20000-39999", text: { "\($0.lowerBound)-\($0.upperBound)" }
    ) { written throws(Wrong) in
      let parts = written.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 2, let first = UInt16(parts[0]), let last = UInt16(parts[1]) else {
        throw Wrong("is not a port range; write the first and the last, such as 20000-39999")
      }
      guard first <= last else { throw Wrong("is reversed; write \(last)-\(first)") }
      guard first >= 1024 else { throw Wrong("begins with ports of the system's; begin at 1024") }
      guard first % 2 == 0 else {
        throw Wrong(
          "begins with an odd port, but RTP takes the even one of a pair; "
            + "write \(first - 1)-\(last) or \(first &+ 1)-\(last)")
      }
      guard last - first >= 3 else {
        throw Wrong("is too small: a call takes four ports")
      }
      return first...(last % 2 == 0 ? last - 1 : last)
    }
  }
}

extension ValueReader where Value == StoreLocation {
  /// `sqlite:/path`, or a path relative to the folder of the configuration file.
  static var store: ValueReader {
    let written = ValueReader<String>.scalar("sqlite:path", example: storeExample) {
      written throws(Wrong) in try parseStorePath(written)
    }
    return ValueReader(type: written.type, text: { "sqlite:\($0.path)" }) { node, path, reading in
      guard let file = written.read(node, path, &reading) else { return nil }
      let absolute = file.hasPrefix("/") ? file : reading.folder + "/" + file
      return .sqlite(path: absolute)
    }
  }
}

private let storeExample = "sqlite:/var/lib/tandem/tandem.db"

private func parseStorePath(_ written: String) throws(Wrong) -> String {
  guard written.hasPrefix("sqlite:") else {
    let isPath = written.hasPrefix("/") || written.hasPrefix("./")
    throw Wrong("is not a store; write \(isPath ? "sqlite:" + written : storeExample)")
  }
  var path = written.dropFirst("sqlite:".count)
  if path.hasPrefix("//") {
    guard path.hasPrefix("///") else {
      throw Wrong("names a host; write sqlite: and the path, such as \(storeExample)")
    }
    path = path.drop { $0 == "/" }
    return "/" + path
  }
  guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else {
    throw Wrong("names no file; write \(storeExample)")
  }
  return String(path)
}

func parseEndpoint(_ written: some StringProtocol, example: String) throws(Wrong) -> IPEndpoint {
  if let endpoint = IPEndpoint(written) {
    guard endpoint.port != 0 else { throw Wrong("has no usable port; write \(example)") }
    return endpoint
  }
  if IPAddress(written) != nil { throw Wrong("lacks a port; write \(example)") }
  throw Wrong("is not an address and a port; write \(example), IPv6 as [2001:db8::1]:5060")
}

extension ValueReader where Value == String {
  /// A folder; a relative one begins at the folder of the file.
  static var directory: ValueReader { path(example: "/var/lib/tandem/calls") }

  /// A relative path begins at the folder of the file.
  static func path(example: String) -> ValueReader {
    let written = ValueReader.text("path", example: example, longest: 4000)
    return ValueReader(type: written.type, text: { $0 }) { node, path, reading in
      guard let file = written.read(node, path, &reading) else { return nil }
      return file.hasPrefix("/") ? file : reading.folder + "/" + file
    }
  }
}
