"""SIPp at either end, and what it counted."""

import csv
import time
from dataclasses import dataclass
from pathlib import Path

from . import cpu, network
from .process import Process

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
# A call that hears nothing for so long has failed.
RECEIVE_TIMEOUT = 5


@dataclass
class Count:
    """SIPp's cumulative counters."""

    succeeded: int
    failed: int
    retransmissions: int


def read_count(statistics):
    """From the last row of a -trace_stat file."""
    try:
        with open(statistics, newline="") as rows:
            last = list(csv.DictReader(rows, delimiter=";"))[-1]
    except (FileNotFoundError, IndexError):
        return Count(0, 0, 0)
    number = lambda column: int(last.get(column) or 0)
    return Count(
        number("SuccessfulCall(C)"), number("FailedCall(C)"), number("Retransmissions(C)"))


class SIPp(Process):
    def __init__(self, scenario, endpoint, directory, arguments):
        network.require_free(endpoint)
        self.statistics = directory / f"{scenario}.csv"
        self.statistics.unlink(missing_ok=True)
        command = [
            "sipp", "-sf", SCENARIOS / f"{scenario}.xml", "-i", endpoint[0], "-p", endpoint[1],
            "-nostdin", "-buff_size", 4194304, "-trace_stat", "-stf", self.statistics, "-fd", 1]
        super().__init__(command + arguments, directory / f"{scenario}.log", directory)

    @property
    def count(self):
        return read_count(self.statistics)


class Answerer(SIPp):
    def __init__(self, directory):
        super().__init__("answer", network.ANSWERER, directory, [])
        self.wait_for(lambda: network.is_bound(network.ANSWERER), "it listened", 5)


def write_users(path, users):
    """An injection file for the register scenario."""
    path.write_text("SEQUENTIAL\n" + "".join(
        f"{user};[authentication username={user} password={password}]\n"
        for user, password in users))


def register(user, password, contact, directory):
    """Registers one phone, whose contact is where the request comes from."""
    injection = directory / "user.csv"
    write_users(injection, [(user, password)])
    with Load("register", contact, 1, 1, directory, ["-inf", injection]) as phone:
        phone.wait()
        if phone.count.succeeded != 1:
            raise phone.complaint(f"could not register {user}")


class Load(SIPp):
    """Offers `rate` calls a second for `seconds`, and ends when all have ended."""

    def __init__(self, scenario, source, rate, seconds, directory, arguments):
        self.offered = rate * seconds
        self.patience = seconds + RECEIVE_TIMEOUT + 3
        self.began = time.monotonic()
        super().__init__(
            scenario, source, directory,
            ["%s:%d" % network.SERVER, "-r", rate, "-m", self.offered, "-l", 200000,
             "-recv_timeout", RECEIVE_TIMEOUT * 1000, "-timeout", self.patience] + arguments)

    def wait(self):
        """Until it ends; its own CPU time in seconds and how long it took."""
        spent = 0
        while self.running and time.monotonic() < self.began + self.patience + 2:
            spent = cpu.cpu_seconds([self.pid]) or spent
            time.sleep(0.01)
        took = time.monotonic() - self.began
        self.end()
        return spent, took
