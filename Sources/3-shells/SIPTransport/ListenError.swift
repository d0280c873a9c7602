import Glibc
import NIOCore

/// Why the node cannot listen on an address.
package struct ListenError: Error, Equatable, Sendable {
  package enum Reason: Equatable, Sendable {
    /// Another socket has it, of another process perhaps.
    case addressInUse
    /// No interface of this machine has it.
    case addressNotLocal
    /// A port below 1024 needs a privilege.
    case notPermitted
    /// Two listeners of the configuration have the same `ListenerID`.
    case duplicateListener
    case system(errno: Int32)
    case other(String)
  }

  package var listener: ListenerConfiguration
  package var reason: Reason
}

extension ListenError {
  init(_ listener: ListenerConfiguration, errno code: Int32) {
    self.listener = listener
    reason =
      switch code {
      case EADDRINUSE: .addressInUse
      case EADDRNOTAVAIL: .addressNotLocal
      case EACCES, EPERM: .notPermitted
      default: .system(errno: code)
      }
  }

  init(_ listener: ListenerConfiguration, _ error: any Error) {
    if let error = error as? IOError {
      self.init(listener, errno: error.errnoCode)
    } else {
      self.init(listener: listener, reason: .other("\(error)"))
    }
  }
}

extension ListenError: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .addressInUse:
      "cannot listen on \(listener): the address is taken by another socket"
    case .addressNotLocal:
      "cannot listen on \(listener): no interface of this machine has \(listener.bound.address)"
    case .notPermitted:
      "cannot listen on \(listener): not permitted (ports below 1024 need a privilege)"
    case .duplicateListener:
      "cannot listen on \(listener): another listener has its number \(listener.id.index)"
    case .system(let code):
      "cannot listen on \(listener): \(systemMessage(code))"
    case .other(let text):
      "cannot listen on \(listener): \(text)"
    }
  }
}
