import Testing

/// The built program with real peers: SIPp, baresip, plain sockets. One test at a time, since they
/// measure time and listen on ports.
@Suite(.serialized, .timeLimit(.minutes(2)))
enum IntegrationTests {}
