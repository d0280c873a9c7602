extension CallID: LogValue {
  func encode(into log: inout LogEncoder) {
    log.write(shard.number)
    log.write(fixed: number)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    let shard: UInt16 = try log.next()
    guard shard < Shard.count else { throw log.fault(.malformed("shard")) }
    self.init(shard: Shard(shard), number: try log.readFixed())
  }
}

extension LegID: LogValue {
  func encode(into log: inout LogEncoder) { log.write(byte: index) }
  init(decoding log: inout LogDecoder) throws(LogFault) { self.init(try log.readByte()) }
}
