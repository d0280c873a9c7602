"""The two works that servers are given: calls, and registrations with digest."""

from . import kamailio, network, sipp, tandem
from .measure import System, ladder, run

# Offered a second, and how often: the lower rates compare, the higher ones find the limit.
CALL_RATES = {500: 2, 1000: 2, 2000: 2, 3000: 1, 4000: 1, 5000: 1, 6000: 1, 7000: 1}
REGISTRATION_RATES = {500: 1, 1000: 1, 2000: 1, 4000: 1, 8000: 1}
SUBSCRIBERS = 8000


def calls(directory, chosen, say):
    systems = [
        System("Kamailio, proxy", kamailio.proxy),
        System("Tandem, media direct", tandem.switch("never"), tandem.recorded_calls),
        System("Tandem, media anchored", tandem.switch("always"), tandem.recorded_calls),
    ]

    def load(rate, seconds, directory):
        return sipp.Load(
            "call", network.CALLER, rate, seconds, directory, ["-s", "bob"])

    return _climb(systems, CALL_RATES, chosen, say, lambda system, rate: run(
        system, load, rate, chosen.seconds, directory, with_answerer=True))


def registrations(directory, chosen, say):
    users = [(f"u{number:05}", f"pwu{number:05}") for number in range(SUBSCRIBERS)]
    systems = [
        System("Kamailio, in memory", kamailio.registrar_in_memory),
        System("Kamailio, through to SQLite", kamailio.registrar_on_sqlite),
        System("Tandem, through to SQLite", tandem.registrar(users)),
    ]
    injection = directory / "users.csv"
    sipp.write_users(injection, users)

    def load(rate, seconds, directory):
        return sipp.Load(
            "register", network.PHONES, rate, seconds, directory, ["-inf", injection])

    return _climb(systems, REGISTRATION_RATES, chosen, say, lambda system, rate: run(
        system, load, rate, chosen.seconds, directory, with_answerer=False))


def _climb(systems, rates, chosen, say, one):
    """With what the command line chose of it."""
    if chosen.rates:
        rates = {rate: chosen.rounds or 1 for rate in sorted(chosen.rates)}
    systems = [system for system in systems if chosen.only.lower() in system.name.lower()]
    return ladder(systems, rates, chosen.rounds, one, say)
