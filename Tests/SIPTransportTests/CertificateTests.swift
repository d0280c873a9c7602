import Addressing
import Foundation
import SIPTransport
import Testing

@Suite("Certificates and keys in files")
struct CertificateTests {
  private let folder: TemporaryFolder
  private let now = Int(Date().timeIntervalSince1970)
  private let names = CertificateNames(
    domains: ["example.test"], addresses: [.loopback, IPAddress("2001:db8::5")!])

  init() throws {
    folder = try TemporaryFolder()
  }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = "\(folder.path)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private func problem(_ certificate: String, key: String? = nil) -> CertificateProblem? {
    do {
      let identity = try TLSIdentity(certificateFile: certificate, keyFile: key ?? certificate)
      _ = try TLSContext(identity)
      return identity.expiry(at: now)
    } catch {
      return error
    }
  }

  @Test("A certificate of the node's own stays the same, is its owner's alone, and is made anew")
  func selfSigned() throws {
    let path = "\(folder.path)/own.pem"
    let first = try TLSIdentity.selfSigned(for: names, keptIn: path, at: now)
    #expect(first.expiry(at: now) == nil)
    #expect(problem(path) == nil)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let again = try TLSIdentity.selfSigned(for: names, keptIn: path, at: now)
    #expect(again.fingerprint == first.fingerprint)
    // For other names, and towards its end.
    let other = CertificateNames(domains: ["other.test"], addresses: [])
    let second = try TLSIdentity.selfSigned(for: other, keptIn: path, at: now)
    #expect(second.fingerprint != first.fingerprint)
    let old = try TLSIdentity.selfSigned(for: other, keptIn: path, at: second.expires - 86_400)
    #expect(old.fingerprint != second.fingerprint)
  }

  @Test("It says by which names and addresses the node is known")
  func namesInside() throws {
    let path = "\(folder.path)/own.pem"
    _ = try TLSIdentity.selfSigned(for: names, keptIn: path, at: now)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = ["x509", "-in", path, "-noout", "-text"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(
      decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(
      text.contains("DNS:example.test, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:5"))
    #expect(text.contains("NIST CURVE: P-256"))
  }

  @Test("What is wrong with a file is told by its name and line")
  func problems() throws {
    let good = "\(folder.path)/good.pem"
    _ = try TLSIdentity.selfSigned(for: names, keptIn: good, at: now)
    let other = "\(folder.path)/other.pem"
    _ = try TLSIdentity.selfSigned(for: names, keptIn: other, at: now)
    let text = try String(contentsOfFile: good, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("-----BEGIN EC") })

    #expect(problem("/nowhere.pem")?.description == "/nowhere.pem: there is no such file")
    #expect(problem(folder.path)?.message.contains("cannot be read") == true)
    let empty = try file("empty.pem", "")
    #expect(
      problem(empty)?.description
        == "\(empty): no certificate is in it: no line -----BEGIN CERTIFICATE-----")
    let lone = try file("lone.pem", lines[..<start].joined(separator: "\n"))
    #expect(problem(lone)?.message.hasPrefix("no key is in it") == true)
    let damaged = try file(
      "damaged.pem",
      text.replacing("-----BEGIN CERTIFICATE-----\nMII", with: "-----BEGIN CERTIFICATE-----\nMIJ"))
    #expect(problem(damaged)?.line == 2)
    #expect(problem(damaged)?.message == "this certificate cannot be read")
    let cut = try file("cut.pem", lines[..<(start + 1)].joined(separator: "\n"))
    #expect(
      problem(cut)
        .map { "\($0)" }
        == "\(cut):\(start + 1): this block has no line -----END EC PRIVATE KEY-----")
    let locked = try file(
      "locked.pem",
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
    #expect(
      problem(good, key: locked)?.description.hasPrefix("\(locked):1: this key is locked") == true)
    #expect(
      problem(good, key: other)?.description
        == "\(other): this key does not belong to the certificate in \(good)")
  }

  @Test("A certificate that has expired, or is not valid yet, is told by its line")
  func expired() throws {
    let identity = try TLSIdentity.selfSigned(
      for: names, keptIn: "\(folder.path)/own.pem", at: now)
    let late = try #require(identity.expiry(at: identity.expires + 1))
    #expect(late.line == 2)
    #expect(late.message.hasPrefix("this certificate expired on 20"))
    let early = try #require(identity.expiry(at: now - 3 * 86_400))
    #expect(early.message.hasPrefix("this certificate is not valid before 20"))
  }
}
