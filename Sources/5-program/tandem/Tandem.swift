import ArgumentParser
import TandemServer

@main
struct Tandem: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tandem",
    abstract: "A real-time communication system in one program.",
    discussion: """
      Exit codes: 0 done; 1 it could not be done, as the message says; 2 the configuration is \
      wrong; 3 the node does not answer; 64 the command line is wrong.
      """,
    version: tandemVersion,
    subcommands: [
      Serve.self, Check.self, Status.self, User.self, Group.self, Registrations.self, Calls.self,
      Call.self,
      CDR.self, Drain.self, Reload.self, Upgrade.self, Keep.self, Manual.self,
    ])
}
