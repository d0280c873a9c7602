/// A text that must not show: not in a description, a log, a dump or a failed expectation.
package struct Secret: Equatable, Sendable {
  /// For the one place that turns it into a hash.
  package let clearText: String

  package init(_ clearText: String) {
    self.clearText = clearText
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "•••" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
