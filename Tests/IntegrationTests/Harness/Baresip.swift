import Foundation

/// A real phone, without sound card and screen: it plays a tone, and keeps what it hears.
struct Baresip {
  let subscriber: Subscriber
  let namespace: NetworkNamespace
  let folder: URL

  /// Writes its configuration. With somebody to watch, it subscribes to that one's presence and
  /// publishes its own. Packet loss concealment and the like are left out, so that what it
  /// keeps is what came.
  ///
  /// - Parameter account: further parameters of its account.
  init(
    _ subscriber: Subscriber, in namespace: NetworkNamespace, domain: String, node: String,
    tone: Tone, overTLS: Bool = false, folder: URL, account: String = "",
    watching contact: String? = nil
  ) throws {
    self.subscriber = subscriber
    self.namespace = namespace
    self.folder = folder.appending(path: subscriber.user)
    try FileManager.default.createDirectory(
      at: self.folder, withIntermediateDirectories: true)
    let sound = self.folder.appending(path: "speaks.wav")
    try WaveFile(samples: tone.samples(seconds: 30), rate: tone.rate).write(to: sound)
    let transport = overTLS ? ";transport=tls" : ""
    try write(
      "accounts",
      """
      <sip:\(subscriber.user)@\(domain)\(transport)>;outbound="sip:\(node)\(transport)"\
      ;auth_user=\(subscriber.user);auth_pass=\(subscriber.password);regint=600\
      ;answermode=auto;audio_codecs=PCMU\(account)\(contact == nil ? "" : ";pubint=600")

      """)
    try write("contacts", contact.map { "\"Watched\" <\($0)>;presence=p2p\n" } ?? "")
    try write(
      "config",
      """
      module_path \(try Self.modules())
      sip_listen \(namespace.itsAddress):5060
      \(overTLS ? "sip_cafile \(folder.appending(path: "tls-self-signed.pem").path)" : "")
      audio_source aufile,\(sound.path)
      audio_srate 8000
      audio_channels 1
      snd_path \(self.folder.path)
      module g711.so
      module aufile.so
      module sndfile.so
      module uuid.so
      module_tmp account.so
      module_app menu.so
      \(contact == nil ? "" : "module_app contact.so\nmodule_app presence.so")

      """)
  }

  /// Starts it. It dials at once if told to, and hangs up and ends by itself after `seconds`.
  func start(dialling target: String? = nil, seconds: Int) throws -> ChildProcess {
    var arguments = ["-4", "-f", folder.path, "-t", "\(seconds)"]
    if let target { arguments += ["-e", "/dial \(target)"] }
    return try namespace.start(
      "/usr/bin/baresip", arguments, folder: folder, name: "baresip")
  }

  /// What it has heard, once it has ended.
  func heard() throws -> WaveFile { try recording("-dec.wav") }

  /// What it has said.
  func said() throws -> WaveFile { try recording("-enc.wav") }

  /// How much of a tone it has missed in all: the stretches that are silent in its recording, and
  /// what is not there at all, since it writes down what comes, not what doesn't.
  func gap(in tone: Tone) throws -> Duration {
    let (heard, said) = (try heard(), try said())
    // A frame of 20 ms at a time; the first and the last may be cut.
    let frames = Int(heard.seconds * 50)
    guard frames > 200 else { throw TestFailure("only \(heard.seconds) s were heard") }
    let silent = (1..<frames - 1).count { frame in
      let start = Double(frame) / 50
      return heard.amplitude(of: tone.frequency, from: start, to: start + 0.02)
        < tone.amplitude / 2
    }
    let missing = max(0, said.seconds - heard.seconds)
    return .milliseconds(silent * 20 + Int(missing * 1000))
  }

  private func recording(_ suffix: String) throws -> WaveFile {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    guard let file = files.sorted().last(where: { $0.hasSuffix(suffix) }) else {
      throw TestFailure("\(subscriber.user)'s phone recorded nothing")
    }
    return try WaveFile(contentsOf: folder.appending(path: file))
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  private static func modules() throws -> String {
    let places = ["/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules"]
    for place in places
    where FileManager.default.fileExists(atPath: place + "/g711.so") {
      return place
    }
    throw TestFailure("baresip is missing; `Scripts/setup test` installs it")
  }
}
