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
          "address6", \.address6, .address,
          "an IPv6 address beside an IPv4 one, so that phones of both kinds can call each other; "
            + "media ports are then bound on every address of the machine"),
        .optional(
          "advertise6", \.advertise6, .address,
          "the IPv6 address that others reach them at, for SDP; the same when left out"),
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
    checkSecondFamily(media, node, &reading)
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

  private static func checkSecondFamily(
    _ media: Configuration.Media, _ node: Yams.Node, _ reading: inout Reading
  ) {
    guard let second = media.address6 else {
      if media.advertise6 != nil {
        reading.report("media: there is an \"advertise6\" without an \"address6\"", at: node)
      }
      return
    }
    if media.address.isIPv6 || !second.isIPv6 {
      return reading.report(
        "media: \"address\" is to be of IPv4 and \"address6\" of IPv6 where there are both",
        at: node)
    }
    guard let advertised = media.advertise6 else {
      if second.isUnspecified {
        reading.report(
          "media: \(second) is every address, so that SDP must name one: "
            + "add \"advertise6\" with the address that others reach", at: node)
      }
      return
    }
    do throws(Wrong) { try requireSense(advertised, for: second) } catch {
      reading.report("media: it \(error.message)", at: node)
    }
  }
}
