import Addressing

/// Tells whoever asks where its datagrams come from: what phones keep their way through a
/// translator open with (RFC 5626 §8), and see by that it has changed.
///
/// It remembers nothing, and answers with little more than it was sent.
public enum BindingResponder {
  /// What RFC 8489 §6.3.1 has us answer; nil for what is no request for a binding, or malformed.
  public static func answer(to bytes: [UInt8], from source: IPEndpoint) -> [UInt8]? {
    guard let request = try? STUNMessage(bytes), request.messageClass == .request,
      request.method == .binding
    else { return nil }
    let hasFingerprint = request.first(STUNAttribute.fingerprint) != nil
    var unknown: [UInt8] = []
    for attribute in request.attributes
    where attribute.isComprehensionRequired && !known.contains(attribute.type) {
      unknown.append(number: attribute.type)
    }
    guard unknown.isEmpty else {
      let refusal = STUNMessage(
        .failure, .binding, request.transaction,
        attributes: [
          .error(420, "Unknown Attribute"),
          STUNAttribute(STUNAttribute.unknownAttributes, unknown),
        ])
      return refusal.bytes(hasFingerprint: hasFingerprint)
    }
    let answer = STUNMessage(
      .success, .binding, request.transaction,
      attributes: [.xorMappedAddress(source, request.transaction)])
    return answer.bytes(hasFingerprint: hasFingerprint)
  }

  /// Those of credentials among them: the answer is for everybody, and so nobody's are looked at.
  private static let known: Set<UInt16> = [
    STUNAttribute.mappedAddress, STUNAttribute.username, STUNAttribute.messageIntegrity,
    STUNAttribute.errorCode, STUNAttribute.unknownAttributes, STUNAttribute.realm,
    STUNAttribute.nonce, STUNAttribute.messageIntegritySHA256, STUNAttribute.passwordAlgorithm,
    STUNAttribute.userHash, STUNAttribute.xorMappedAddress,
  ]
}
