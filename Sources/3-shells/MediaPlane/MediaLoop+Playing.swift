import Machines

// Programmes: every player sends a frame each 20 ms, at its own moments, so that those who began
// at different times do not send all at once.

extension MediaLoop {
  /// Starts a programme towards a leg, or goes on with the one that it hears.
  mutating func play(_ playing: Playing, on leg: Int) {
    legs[leg].hearsProgramme = true
    if let index = players.firstIndex(where: { $0.leg == leg }) {
      if players[index].isSame(playing) { return players[index].change(to: playing) }
      stopPlaying(on: leg)
      legs[leg].hearsProgramme = true
    }
    programmes[leg] = playing.programme
    players.append(Player(playing, leg: leg, now: clock.now))
    nextFrame = players.compactMap(\.due).min()
  }

  mutating func stopPlaying(on leg: Int) {
    guard legs[leg].hearsProgramme else { return }
    legs[leg].hearsProgramme = false
    players.removeAll { $0.leg == leg }
    programmes[leg] = nil
    nextFrame = players.compactMap(\.due).min()
  }

  /// Sends the frames whose time has come.
  mutating func playWhenDue() {
    guard let nextFrame else { return }
    let now = clock.now
    guard now >= nextFrame else { return }
    var earliest: Instant?
    for index in players.indices {
      while let due = players[index].due, due <= now { sendFrame(of: index, now: now) }
      if let due = players[index].due, earliest.map({ due < $0 }) ?? true { earliest = due }
    }
    self.nextFrame = earliest
  }

  private mutating func sendFrame(of index: Int, now: Instant) {
    let leg = players[index].leg
    let destination = legs[leg].receives ? legs[leg].rtpDestination : nil
    guard let frame = players[index].takeFrame(now: now, isHeard: destination != nil),
      let destination
    else { return }
    if frames.send(frame, from: legs[leg].rtpSocket, to: destination) {
      tally.packetsForwarded &+= 1
    } else {
      tally.drop(.unsent)
    }
  }
}
