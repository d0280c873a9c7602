import Foundation
import NIOSSL

/// The blocks of a PEM file (RFC 7468), each with the line on which it begins.
struct PEMFile {
  struct Block {
    let label: String
    let line: Int
    /// With its first and its last line.
    let text: String
  }

  /// The system's own list of authorities is a quarter of this.
  private static let maximumBytes = 1 << 20

  let path: String
  /// What stands before the first block.
  let preamble: [String]
  let blocks: [Block]

  init(_ path: String) throws(CertificateProblem) {
    self.path = path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CertificateProblem(file: path, message: "there is no such file")
    }
    guard !isFolder.boolValue, let handle = FileHandle(forReadingAtPath: path),
      let bytes = try? handle.read(upToCount: Self.maximumBytes + 1) ?? Data()
    else {
      throw CertificateProblem(
        file: path, message: "the file cannot be read; look at its permissions")
    }
    guard bytes.count <= Self.maximumBytes else {
      throw CertificateProblem(
        file: path, message: "the file is longer than \(Self.maximumBytes >> 20) MiB")
    }
    (preamble, blocks) = try Self.blocks(String(decoding: bytes, as: UTF8.self), path)
  }

  private static func blocks(
    _ text: String, _ path: String
  ) throws(CertificateProblem) -> ([String], [Block]) {
    var preamble: [String] = []
    var blocks: [Block] = []
    var open: (label: String, line: Int, lines: [Substring])?
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      if let label = line.label(after: "-----BEGIN ") {
        guard open == nil else { break }
        open = (label, index + 1, [line])
      } else if var block = open {
        block.lines.append(line)
        open = block
        guard let label = line.label(after: "-----END ") else { continue }
        guard label == block.label else { break }
        let text = block.lines.joined(separator: "\n") + "\n"
        blocks.append(Block(label: block.label, line: block.line, text: text))
        open = nil
      } else if blocks.isEmpty {
        preamble.append(String(line))
      }
    }
    if let open {
      throw CertificateProblem(
        file: path, line: open.line, message: "this block has no line -----END \(open.label)-----")
    }
    return (preamble, blocks)
  }
}

extension PEMFile {
  /// At least one.
  func certificates()
    throws(CertificateProblem) -> [(certificate: NIOSSLCertificate, line: Int)]
  {
    let wanted = blocks.filter { $0.label == "CERTIFICATE" }
    guard !wanted.isEmpty else {
      throw CertificateProblem(
        file: path, message: "no certificate is in it: no line -----BEGIN CERTIFICATE-----")
    }
    var certificates: [(certificate: NIOSSLCertificate, line: Int)] = []
    for block in wanted {
      guard let read = try? NIOSSLCertificate(bytes: Array(block.text.utf8), format: .pem) else {
        throw CertificateProblem(
          file: path, line: block.line, message: "this certificate cannot be read")
      }
      certificates.append((read, block.line))
    }
    return certificates
  }

  func key() throws(CertificateProblem) -> NIOSSLPrivateKey {
    guard let block = blocks.first(where: { $0.label.hasSuffix("PRIVATE KEY") }) else {
      throw CertificateProblem(
        file: path, message: "no key is in it: no line -----BEGIN PRIVATE KEY-----")
    }
    if block.label.hasPrefix("ENCRYPTED") || block.text.contains("ENCRYPTED") {
      throw CertificateProblem(
        file: path, line: block.line,
        message: "this key is locked by a passphrase; write it without one, mode 0600")
    }
    guard let key = try? NIOSSLPrivateKey(bytes: Array(block.text.utf8), format: .pem) else {
      throw CertificateProblem(file: path, line: block.line, message: "this key cannot be read")
    }
    return key
  }
}

extension Substring {
  /// `-----BEGIN CERTIFICATE-----` gives `CERTIFICATE`.
  fileprivate func label(after start: String) -> String? {
    guard hasPrefix(start) else { return nil }
    let rest = dropFirst(start.count).trimmingSuffix { $0.isWhitespace }
    guard rest.hasSuffix("-----") else { return nil }
    return String(rest.dropLast(5))
  }

  private func trimmingSuffix(while isDropped: (Character) -> Bool) -> Substring {
    var rest = self
    while let last = rest.last, isDropped(last) { rest.removeLast() }
    return rest
  }
}
