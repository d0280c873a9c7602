import Simulation

/// What the command line asks for.
struct SimulateOptions {
  static let usage = """
    simulate [--seeds N] [--from S] [--seed S] [--trace] [--mutation NAME]
      --seeds N        how many seeds to run, 1000 if nothing is said
      --from S         the first of them, 1 if nothing is said
      --seed S         this one alone
      --trace          prints every event
      --mutation NAME  puts a fault in: \(Mutation.allCases.map(\.rawValue).joined(separator: ", "))
    """

  private(set) var first: UInt64 = 1
  private(set) var count: UInt64 = 1000
  private(set) var isTraced = false
  private(set) var mutation: Mutation?

  /// Nil for what it does not understand.
  init?(_ arguments: some Sequence<String>) {
    var rest = Array(arguments)[...]
    while let name = rest.popFirst() {
      if name == "--trace" {
        isTraced = true
        continue
      }
      guard let value = rest.popFirst() else { return nil }
      switch name {
      case "--seeds":
        guard let number = UInt64(value), number <= 1 << 32 else { return nil }
        count = number
      case "--from", "--seed":
        guard let number = UInt64(value), number < 1 << 62 else { return nil }
        first = number
        if name == "--seed" { count = 1 }
      case "--mutation":
        guard let named = Mutation(rawValue: value) else { return nil }
        mutation = named
      default:
        return nil
      }
    }
  }
}
