import CLibFuzzer
import FuzzProperties
import Glibc

/// The property under test. The environment names it and not the command line, which libFuzzer
/// repeats to the processes that it starts for minimising a corpus.
enum Selection {
  static let property: FuzzProperty = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let property = FuzzProperty(rawValue: name) else {
      let names = FuzzProperty.allCases.map(\.rawValue).joined(separator: ", ")
      fatalError("set FUZZ_TARGET to one of: \(names)")
    }
    return property
  }()
}

var argumentCount = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
_ = Selection.property

exit(
  LLVMFuzzerRunDriver(&argumentCount, &arguments) { start, count in
    let octets = [UInt8](UnsafeBufferPointer(start: start, count: count))
    do {
      try Selection.property.check(octets)
    } catch {
      fatalError("\(error)")
    }
    return 0
  })
