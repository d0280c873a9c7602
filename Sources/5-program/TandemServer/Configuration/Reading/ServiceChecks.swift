/// Looks for numbers that two services have, and for sounds that cannot be played.
func checkServices(_ configuration: Configuration, _ reading: inout Reading) {
  let services = configuration.services
  checkNumbers(services, &reading)
  for (index, announcement) in services.announcements.enumerated() {
    check("services.announcements[\(index)].file", &reading) { () throws(SoundProblem) in
      _ = try SoundFile.load(announcement.file)
    }
  }
  if let file = services.notFound {
    check("services.notFound", &reading) { () throws(SoundProblem) in
      _ = try ServiceBook.earlyAnnouncement(file)
    }
  }
  if let folder = services.clock?.clips {
    check("services.clock.clips", &reading) { () throws(SoundProblem) in
      _ = try ClockClips(folder: folder)
    }
  }
}

private func checkNumbers(_ services: Configuration.Services, _ reading: inout Reading) {
  var taken: [String: Configuration.Services.Number] = [:]
  for number in services.numbers {
    if let other = taken[number.number] {
      reading.report(
        "the number \(number.number) of the \(number.title) belongs to the \(other.title) already"
          + reference(to: other.path, reading), at: number.path)
    } else {
      taken[number.number] = number
    }
  }
}

private func check(
  _ path: String, _ reading: inout Reading, _ load: () throws(SoundProblem) -> Void
) {
  do throws(SoundProblem) {
    try load()
  } catch {
    reading.report("\(label(of: path)): \(error.message)", at: path)
  }
}
