"""The two works that servers are given: calls, and registrations with digest."""

from . import kamailio, network, sipp, tandem
from .measure import System, ladder, run

# Offered a second, and how often: the lower rates compare, the higher ones find the limit.
CALL_RATES = {500: 2, 1000: 2, 2000: 2, 3000: 1, 4000: 1, 5000: 1, 6000: 1, 7000: 1}
REGISTRATION_RATES = {500: 1, 1000: 1, 2000: 1, 4000: 1, 8000: 1}
SUBSCRIBERS = 8000


def calls(directory, seconds, rounds, only, say):
    systems = [
        System("Kamailio, proxy", kamailio.proxy),
        System("Tandem, media direct", tandem.switch("never"), tandem.recorded_calls),
        System("Tandem, media anchored", tandem.switch("always"), tandem.recorded_calls),
    ]

    def load(rate, seconds, directory):
        return sipp.Load(
            "call", network.CALLER, rate, seconds, directory, ["-s", "bob"])

    return ladder(
        [system for system in systems if only in system.name.lower()], CALL_RATES, rounds,
        lambda system, rate: run(system, load, rate, seconds, directory, with_answerer=True), say)


def registrations(directory, seconds, rounds, only, say):
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

    return ladder(
        [system for system in systems if only in system.name.lower()], REGISTRATION_RATES, rounds,
        lambda system, rate: run(system, load, rate, seconds, directory, with_answerer=False), say)
