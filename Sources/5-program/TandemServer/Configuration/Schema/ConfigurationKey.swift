/// One key of the configuration file, as its reference shows it.
package struct ConfigurationKey: Equatable, Sendable {
  /// `media.ports`; the keys of a list's elements are written `domains[].name`.
  package var path: String
  /// The sort of value in words: `duration`, `list of networks`.
  package var type: String
  package var isRequired: Bool
  /// The default as one would write it; nil for a required key and for one that has none.
  package var defaultText: String?
  package var help: String

  func moved(under prefix: String) -> ConfigurationKey {
    var key = self
    key.path = prefix + (path.hasPrefix("[") ? "" : ".") + path
    return key
  }
}
