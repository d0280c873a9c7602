import Foundation

/// The octets of a torture message.
package enum TortureMessage {
  /// Found beside this source file, so that any test that compiles it finds the messages too.
  package static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Messages")

  package static func octets(of name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(name + ".sip")))
  }

  package static func names() throws -> Set<String> {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return Set(files.filter { $0.hasSuffix(".sip") }.map { String($0.dropLast(4)) })
  }
}

extension TortureVector {
  package var octets: [UInt8] {
    get throws { try TortureMessage.octets(of: name) }
  }
}
