import Audio
import Foundation
import MediaPlane

/// A file that cannot be played, and what to do about it.
struct SoundProblem: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}

/// Sounds as they lie on disk.
enum SoundFile {
  static func load(_ path: String) throws(SoundProblem) -> Sound {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw SoundProblem(
        message: isThere
          ? "\(path) cannot be read; look at its permissions" : "there is no file \(path)")
    }
    guard let octets = try? handle.read(upToCount: WaveFile.maximumOctets + 1) else {
      throw SoundProblem(message: "\(path) cannot be read; name a file")
    }
    do throws(WaveFault) {
      return Sound(samples: try WaveFile([UInt8](octets)).samples)
    } catch {
      throw SoundProblem(message: "\(path) \(error)\(advice(for: error))")
    }
  }

  private static func advice(for fault: WaveFault) -> String {
    switch fault {
    case .notWave, .encoding, .rate, .channels:
      "; `sox FILE -r 8000 -c 1 -b 16 -e signed-integer NEW.wav` makes one that is right"
    case .cutShort, .incomplete, .tooLong: ""
    }
  }
}
