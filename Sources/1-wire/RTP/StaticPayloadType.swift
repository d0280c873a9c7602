/// The payload types with a fixed meaning (RFC 3551 §6, tables 4 and 5).
public enum StaticPayloadType {
  /// The media clock in hertz; nil for dynamic, reserved and unassigned types.
  ///
  /// G.722 samples at 16 kHz but its clock counts at 8 kHz, for history's sake (RFC 3551 §4.5.2).
  public static func clockRate(_ payloadType: UInt8) -> Int? {
    switch payloadType {
    case 0, 3, 4, 5, 7, 8, 9, 12, 13, 15, 18: 8_000
    case 6: 16_000
    case 10, 11: 44_100
    case 14, 25, 26, 28, 31, 32, 33, 34: 90_000
    case 16: 11_025
    case 17: 22_050
    default: nil
    }
  }
}
