import CallControl
import MediaPlane

/// Which call and stream a number of the media plane stands for.
///
/// A call opens each of its streams once and closes it once, at its end.
struct StreamRegister {
  private struct Place {
    let call: CallID
    let index: Int
  }

  private var numbers: [CallID: [Int: StreamID]] = [:]
  private var places: [StreamID: Place] = [:]
  private var silent: [CallID: Set<Int>] = [:]
  private var next: UInt64 = 0

  /// The number of a call's stream, a new one if it has none.
  mutating func open(_ call: CallID, _ index: Int) -> StreamID {
    // A stream that is told something anew may speak again.
    silent[call]?.remove(index)
    if let stream = numbers[call]?[index] { return stream }
    next += 1
    let stream = StreamID(value: next)
    numbers[call, default: [:]][index] = stream
    places[stream] = Place(call: call, index: index)
    return stream
  }

  /// The stream's last word has come.
  mutating func close(_ stream: StreamID) -> (call: CallID, index: Int)? {
    guard let place = places.removeValue(forKey: stream) else { return nil }
    numbers[place.call]?[place.index] = nil
    if numbers[place.call]?.isEmpty == true {
      numbers[place.call] = nil
      silent[place.call] = nil
    }
    return (place.call, place.index)
  }

  /// The call and stream behind a number, while the stream runs.
  func place(of stream: StreamID) -> (call: CallID, index: Int)? {
    places[stream].map { ($0.call, $0.index) }
  }

  /// Notes that a stream that was silent speaks again.
  mutating func spokeAgain(_ stream: StreamID) {
    guard let place = places[stream] else { return }
    silent[place.call]?.remove(place.index)
  }

  /// Notes that a stream is silent; answers the call if all its streams are.
  mutating func fellSilent(_ stream: StreamID) -> CallID? {
    guard let place = places[stream] else { return nil }
    silent[place.call, default: []].insert(place.index)
    return silent[place.call]?.count == numbers[place.call]?.count ? place.call : nil
  }
}
