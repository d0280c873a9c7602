import Foundation
import Testing

extension IntegrationTests {
  /// Across a link with an MTU of 1,500: the loopback interface carries everything in one piece.
  @Suite("Attacks: fragments", .enabled(if: NetworkNamespace.isPossible))
  struct FragmentTests {
    @Test("A request in fragments is answered, and a whole one while thousands lack their rest")
    func fragments() async throws {
      let folder = FileManager.default.temporaryDirectory
      let namespace = try await NetworkNamespace(77, folder: folder)
      do {
        var configuration = NodeConfiguration()
        configuration.address = namespace.ourAddress
        try await withNode(configuration) { node in
          let before = try Load(node)
          let script = node.folder.appending(path: "fragments.py")
          try Data(Self.script.utf8).write(to: script)
          let child = try namespace.start(
            "/usr/bin/python3",
            [script.path, namespace.itsAddress, namespace.ourAddress, "\(configuration.sipPort)"],
            folder: node.folder, name: "fragments")
          #expect(try await child.exitStatus(within: .seconds(15)) == 0, "\(child.errors)")
          #expect(
            child.output == String(repeating: "SIP/2.0 200 OK\n", count: 2), "\(child.output)")
          let after = try Load(node)
          print("3,000 first fragments: before \(before); after \(after)")
          #expect(after.megabytes - before.megabytes < 32)
        }
      } catch {
        await namespace.remove(folder: folder)
        throw error
      }
      await namespace.remove(folder: folder)
    }

    /// Asks in fragments, sends first fragments alone, and asks in one piece: the kernel's room for
    /// what is in pieces is taken by then.
    private static let script = """
      import socket, struct, sys
      own, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
      link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      link.bind((own, 0))
      link.settimeout(5)
      def ask(number, padding):
          text = (f"OPTIONS sip:example.test SIP/2.0\\r\\n"
              f"Via: SIP/2.0/UDP {own}:5060;branch=z9hG4bK{number};rport\\r\\n"
              f"From: <sip:m@example.test>;tag=1\\r\\nTo: <sip:example.test>\\r\\n"
              f"Call-ID: {number}\\r\\nCSeq: 1 OPTIONS\\r\\nMax-Forwards: 70\\r\\n"
              + "".join(f"X-{i}: {'x' * 100}\\r\\n" for i in range(padding))
              + "Content-Length: 0\\r\\n\\r\\n")
          link.sendto(text.encode(), (host, port))
          print(link.recv(65535).decode().split("\\r\\n")[0])
      ask(1, 40)
      raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
      body = struct.pack("!HHHH", 5060, port, 4000, 0) + b"OPTIONS " + b"x" * 984
      for name in range(3000):
          head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), name, 0x2000, 64, 17, 0,
              socket.inet_aton(own), socket.inet_aton(host))
          raw.sendto(head + body, (host, 0))
      ask(2, 0)
      """
  }
}
