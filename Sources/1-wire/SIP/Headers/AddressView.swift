/// What From, To and their like say, where it lies in the message: nothing is copied, and a string
/// is made of a part only when somebody asks. The URI is not looked into before, either.
public struct AddressView: Sendable {
  private let value: HeaderValue
  private let places: AddressPlaces

  @inline(__always)
  init?(_ value: HeaderValue) {
    guard let places = AddressPlaces(value.bytes.span.bytes, value.range) else { return nil }
    self.value = value
    self.places = places
  }

  /// One value of a header apart from a message; nil if it is malformed.
  public init?(_ text: String) {
    self.init(HeaderValue(text))
  }

  /// The URI as written, without the brackets around it.
  public var uriBytes: ArraySlice<UInt8> { value.bytes[places.uri.range] }

  public var uriText: String { value.text(places.uri.range) }

  /// Nil if the URI is malformed.
  public var uri: URI? { URI(value.part(places.uri.range)) }

  /// The tag as written, quotes included, if it has any; nil if there is no tag.
  public var tagBytes: ArraySlice<UInt8>? { places.tag.present.map { value.bytes[$0] } }

  public var tag: String? { places.tag.present.map(value.unquoted) }
}
