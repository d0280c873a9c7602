import Addressing
import Yams

extension ConfigurationSchema {
  static var media: Section<Configuration.Media> {
    let initial = Configuration.Media()
    return Section(
      title: "media", initial: initial,
      fields: [
        .required("address", \.address, .address, "the address that media ports are bound to"),
        .optional(
          "advertise", \.advertise, .address,
          "the address that others reach them at, for SDP; the same when left out"),
        .optional(
          "ports", \.ports, .ports, default: initial,
          "ports for RTP and RTCP; a call takes four"),
        .optional(
          "anchor", \.anchor, .choice, default: initial,
          "which calls' media pass through the node; "
            + "`nat`: those with a party behind a NAT"),
        .optional(
          "inactivity", \.inactivity, .duration(in: .seconds(1)...(.seconds(86_400))),
          default: initial, "how long a call may be silent both ways before it is ended"),
        .optional(
          "quarantine", \.quarantine, .duration(in: .milliseconds(100)...(.seconds(600))),
          default: initial, "how long a port rests after a call"),
        .optional(
          "threads", \.threads, .integer(in: 1...64), default: initial,
          "threads that relay packets"),
      ],
      check: checkAdvertised)
  }

  private static func checkAdvertised(
    _ media: Configuration.Media, _ node: Yams.Node, _ reading: inout Reading
  ) {
    guard let advertise = media.advertise else {
      if media.address.isUnspecified {
        reading.report(
          "media: \(media.address) is every address, so that SDP must name one: "
            + "add \"advertise\" with the address that others reach", at: node)
      }
      return
    }
    do throws(Wrong) { try requireSense(advertise, for: media.address) } catch {
      reading.report("media: it \(error.message)", at: node)
    }
  }
}
