import SIP

extension Exchange {
  /// What an exchange is told of its node and may be told anew.
  package struct Settings: Sendable {
    package var configuration: ExchangeConfiguration
    package var directory: SubscriberDirectory
    package var registrar: RegistrarPolicy
    package var authentication: AuthenticationPolicy

    package init(
      configuration: ExchangeConfiguration, directory: SubscriberDirectory,
      registrar: RegistrarPolicy, authentication: AuthenticationPolicy
    ) {
      self.configuration = configuration
      self.directory = directory
      self.registrar = registrar
      self.authentication = authentication
    }
  }

  /// Goes on with other settings, from the next message on.
  ///
  /// A call keeps what was decided of it: where it was sent, its deadlines, its ports. What it
  /// still asks of its node it may find changed, as it may in the next process, so that nothing
  /// here can happen to a call which a restart does not do to it. Nonces, guesses and bindings
  /// stay; the number of nonces that are remembered is that of the process.
  ///
  /// - Precondition: listeners keep their places: flows name them by number.
  package func reconfigure(_ settings: Settings) {
    let listeners = settings.configuration.calls.listeners
    precondition(
      listeners.starts(with: configuration.calls.listeners), "listeners keep their places")
    configuration = settings.configuration
    directory = settings.directory
    registrar.policy = settings.registrar
    authenticator.policy = settings.authentication
    guesses.policy = settings.authentication.guessing
    validation = RequestValidation(supportedExtensions: configuration.supportedExtensions)
    switchboard.reconfigure(
      environment: configuration.calls, maximumCalls: configuration.maximumCalls)
  }
}
