import Foundation

extension ConfigurationSchema {
  static var http: Section<Configuration.HTTP> {
    Section(
      title: "http", initial: Configuration.HTTP(),
      fields: [
        .required("listen", \.listen, .endpoint, "the address and port to listen on"),
        .optional(
          "adminToken", \.adminToken, .token,
          "lets the API be used from other machines too, by whoever sends it; 24 characters or "
            + "more"),
        .optional(
          "adminTokenFile", \.adminTokenFile, .tokenFile,
          "a file that holds nothing but the token, instead of `adminToken`"),
      ],
      check: { http, node, reading in
        if http.adminToken != nil, http.adminTokenFile != nil {
          reading.report("http has both adminToken and adminTokenFile; keep one", at: node)
        }
      })
  }
}

extension ValueReader where Value == Secret {
  /// A file with a token; a relative path begins at the folder of the configuration file.
  fileprivate static var tokenFile: ValueReader {
    let written = ValueReader<String>.text("path", example: "/etc/tandem/token", longest: 4000)
    return ValueReader(type: written.type, text: { _ in nil }) { node, path, reading in
      guard let name = written.read(node, path, &reading) else { return nil }
      let file = name.hasPrefix("/") ? name : reading.folder + "/" + name
      guard let handle = FileHandle(forReadingAtPath: file),
        let bytes = try? handle.read(upToCount: 4096) ?? Data()
      else {
        reading.report(path, "the file \(file) cannot be read", at: node)
        return nil
      }
      let text = String(decoding: bytes, as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      do throws(Wrong) {
        return try ValueReader.token.parse(text, as: path)
      } catch {
        reading.report(path, "what the file holds is no token: \(error.message)", at: node)
        return nil
      }
    }
  }
}
