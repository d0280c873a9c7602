import Glibc
import Supervision
import Synchronization

/// A worker small enough to kill: it answers commands on a UDP port of loopback, which it has its
/// keeper hold. `SupervisionTests` start it and talk to it.
///
///     keeper-probe FILE       writes its port to FILE, at its first start
///     keeper-probe FILE 7     exits with status 7 before it is ready
///                             (a successor does so too if FILE.fail is there)
///     keeper-probe keeper …   what a worker starts when its keeper died
@main
struct KeeperProbe {
  static func main() async {
    let words = CommandLine.arguments
    let environment = currentEnvironment()
    if words.dropFirst().first == "keeper" {
      keep(Array(words.dropFirst(2)), words[0], environment)
    }
    guard let link = KeeperLink(environment: environment) else {
      keep(Array(words.dropFirst()), words[0], environment)
    }
    do {
      try await serve(link, words, environment)
    } catch {
      say("\(error)")
      exit(1)
    }
  }

  private static func keep(
    _ arguments: [String], _ name: String, _ environment: [String: String]
  ) -> Never {
    do {
      let keeper = try Keeper(
        arguments: arguments, name: name, environment: environment, report: say)
      exit(keeper.run())
    } catch {
      say("\(error)")
      exit(1)
    }
  }

  private static func serve(
    _ link: KeeperLink, _ words: [String], _ environment: [String: String]
  ) async throws {
    let file = words[1]
    if words.count > 2, let status = Int32(words[2]) { exit(status) }
    if link.isSuccessor, access("\(file).fail", F_OK) == 0 { exit(9) }
    var kept = try link.restore()
    let port = CommandPort()
    try link.start(
      replacingKeeperBy: .init(
        arguments: ["keeper"] + words.dropFirst(), name: words[0], environment: environment),
      .init(
        onYield: { port.isYielding.store(true, ordering: .releasing) },
        onKeeperLost: { loss in
          switch loss {
          case .replaced(let keeper): port.keeper.store(keeper, ordering: .releasing)
          case .notReplaced: break
          case .abandoned: exit(3)
          }
        }))
    let handOver = try await link.takeOver()
    kept.removeAll { handOver.dropped.contains($0.name) }
    kept.removeAll { old in handOver.kept.contains { $0.name == old.name } }
    kept += handOver.kept
    if let old = kept.first(where: { $0.name == "udp" })?.descriptors.first {
      port.adopt(old)
    } else {
      try link.keep("udp", [try port.bind()], payload: Array("first".utf8))
      port.writeNumber(to: file)
    }
    link.ready()
    await port.run(link, kept.map { "\($0.name)=\(String(decoding: $0.payload, as: UTF8.self))" })
  }

  private static func say(_ line: String) {
    let text = "keeper-probe: \(line)\n"
    write(2, text, text.utf8.count)
  }

  private static func currentEnvironment() -> [String: String] {
    var text: [UInt8] = []
    let file = open("/proc/self/environ", O_RDONLY)
    var part = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(file, &part, part.count), count > 0 { text += part[..<count] }
    close(file)
    let pairs = text.split(separator: 0).map { line in
      line.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    }
    return Dictionary(
      pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }, uniquingKeysWith: { $1 })
  }
}
