extension ValueReader where Value == String {
  /// A text that is one line, without control characters.
  static func text(
    _ type: String = "text", example: String, longest: Int = 128
  ) -> ValueReader {
    .scalar(type, example: example, text: { $0 }) { written throws(Wrong) in
      guard !written.isEmpty else { throw Wrong("is empty; write \(example)") }
      guard written.utf8.count <= longest else { throw Wrong("is over \(longest) bytes long") }
      guard written.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
        throw Wrong("holds control characters")
      }
      return written
    }
  }

  /// A word of given characters beside letters and digits of ASCII.
  static func word(
    _ type: String, and others: String, longest: Int, example: String,
    needsQuotes: Bool = false
  ) -> ValueReader {
    .scalar(type, example: example, text: { needsQuotes ? "\"\($0)\"" : $0 }) {
      written throws(Wrong) in
      let isPlain = written.unicodeScalars.allSatisfy {
        isLetterOrDigit($0) || others.unicodeScalars.contains($0)
      }
      guard isPlain, (1...longest).contains(written.utf8.count) else {
        throw Wrong(
          "is not a \(type); write 1 to \(longest) letters, digits and \(others), "
            + "such as \(example)")
      }
      return written
    }
  }

  /// The part of an address before the @.
  static var userName: ValueReader {
    .word("user name", and: "-_.+*#!~'$=", longest: 64, example: "alice")
  }

  /// An E.164 number: a plus and up to 15 digits.
  static var number: ValueReader {
    .scalar("number", example: "\"+15550002\"", text: { $0 }) { written throws(Wrong) in
      let digits = written.utf8.dropFirst()
      let isNumber =
        written.hasPrefix("+") && (2...15).contains(digits.count)
        && digits.first != UInt8(ascii: "0")
        && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard isNumber else {
        throw Wrong(
          "is not an E.164 number; write +, the country code and the number, digits only, "
            + "such as \"+15550002\"")
      }
      return written
    }
  }

  static var domainName: ValueReader {
    .scalar("domain name", example: "example.test", text: { $0 }) { written throws(Wrong) in
      let name = written.lowercased()
      let labels = name.split(separator: ".", omittingEmptySubsequences: false)
      let isName = labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
          && label.unicodeScalars.allSatisfy { isLetterOrDigit($0) || $0 == "-" || $0 == "_" }
      }
      guard isName, name.utf8.count <= 253 else {
        throw Wrong("is not a domain name; write one such as example.test, without sip:")
      }
      return name
    }
  }
}

extension ValueReader where Value == Secret {
  static var password: ValueReader {
    .scalar("text", example: "a password in quotes", isSecret: true) { written throws(Wrong) in
      guard (1...256).contains(written.utf8.count) else {
        throw Wrong("must be 1 to 256 bytes long")
      }
      return Secret(written)
    }
  }

  /// A hash in hexadecimal.
  static func hash(digits: Int) -> ValueReader {
    .scalar(
      "\(digits) hexadecimal digits", example: "the hash in hexadecimal", isSecret: true
    ) { written throws(Wrong) in
      guard written.utf8.count == digits, written.allSatisfy({ $0.isASCII && $0.isHexDigit })
      else {
        throw Wrong("is not a hash of this algorithm; write \(digits) hexadecimal digits")
      }
      return Secret(written.lowercased())
    }
  }
}

extension ValueReader where Value == Secret {
  /// What RFC 6750 makes a bearer token of. It guards everything, so a short one is
  /// refused.
  static var token: ValueReader {
    .scalar("text", example: "a token in quotes", isSecret: true) { written throws(Wrong) in
      let others = "-._~+/="
      let isToken = written.unicodeScalars.allSatisfy {
        isLetterOrDigit($0) || others.unicodeScalars.contains($0)
      }
      guard isToken else { throw Wrong("holds more than letters, digits and \(others)") }
      guard (24...256).contains(written.utf8.count) else {
        throw Wrong("must be 24 to 256 characters long; `openssl rand -hex 24` makes one")
      }
      return Secret(written)
    }
  }
}

extension ValueReader where Value == Int {
  static func integer(in range: ClosedRange<Int>) -> ValueReader {
    .scalar(
      "number from \(range.lowerBound) to \(range.upperBound)", example: "\(range.lowerBound)",
      text: { String($0) }
    ) { written throws(Wrong) in
      guard let number = Int(written) else { throw Wrong("is not a whole number") }
      guard range.contains(number) else {
        throw Wrong("is not from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }
}

extension ValueReader where Value == Bool {
  static var truth: ValueReader {
    .scalar("true or false", example: "true", text: { String($0) }) { written throws(Wrong) in
      guard let truth = Bool(written) else { throw Wrong("is neither true nor false") }
      return truth
    }
  }
}

extension ValueReader where Value == Duration {
  static func duration(in range: ClosedRange<Duration>) -> ValueReader {
    .scalar(
      "duration", example: durationText(range.lowerBound), text: durationText
    ) { written throws(Wrong) in
      guard let duration = parseDuration(written) else {
        throw Wrong("is not a duration; write a whole number and ms, s, m, h or d, such as 60s")
      }
      guard range.contains(duration) else {
        throw Wrong(
          "is not from \(durationText(range.lowerBound)) to \(durationText(range.upperBound))")
      }
      return duration
    }
  }
}

extension ValueReader
where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  static var choice: ValueReader {
    let names = Value.allCases.map(\.rawValue)
    return .scalar(
      "one of \(names.joined(separator: ", "))", example: names.first ?? "",
      text: { $0.rawValue }
    ) { written throws(Wrong) in
      guard let value = Value(rawValue: written) else {
        let nearest = Spelling.nearest(to: written, among: names)
        throw Wrong(
          nearest.map { "is not known; did you mean \"\($0)\"?" }
            ?? "is not known; write one of \(names.joined(separator: ", "))")
      }
      return value
    }
  }
}

private let durationUnits: [(suffix: String, duration: Duration)] = [
  // "ms" before "s", which it ends with.
  ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)),
  ("d", .seconds(86_400)),
]

private func parseDuration(_ text: String) -> Duration? {
  for (suffix, unit) in durationUnits where text.hasSuffix(suffix) {
    // Nine digits of days still fit; more would be a mistake anyway.
    let digits = text.dropLast(suffix.count)
    guard digits.utf8.count <= 9, let count = UInt32(digits), !digits.hasPrefix("+") else {
      return nil
    }
    return unit * Int(count)
  }
  return nil
}

/// In the largest unit that gives a whole number: `500ms`, `3m`, `1h`.
private func durationText(_ duration: Duration) -> String {
  for (suffix, unit) in durationUnits.reversed() where suffix != "d" {
    let count = (duration / unit).rounded()
    if count >= 1, unit * Int(count) == duration { return "\(Int(count))\(suffix)" }
  }
  return "0s"
}

private func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
  ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
}
