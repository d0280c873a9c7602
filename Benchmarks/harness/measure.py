"""One server under one load, and a ladder of loads."""

import time
from dataclasses import dataclass

from . import cpu, sipp

# Seconds of the load before what is measured.
WARM_UP = 2
# After the load has ended: what servers put off (records, writes) is theirs to account for.
DRAIN = 1.0
# Losses of the load generator itself stay below this share.
TOLERATED_RETRANSMISSIONS = 0.001
# How much longer than offered a clean load may last: its own share, and the last calls' length
# with the start of SIPp.
TOLERATED_LAG, ALLOWANCE = 0.05, 0.5
# Of the whole machine, spent by programs that are not ours.
TOLERATED_STRANGERS = 0.10


@dataclass
class Run:
    """What one run of `offered` operations at `rate` a second cost, and how it went."""

    rate: int
    offered: int
    succeeded: int
    retransmissions: int
    dropped: int
    microseconds: float | None
    peak_mebibytes: float
    took: float
    strangers: float
    died: bool = False
    records: int | None = None

    @property
    def failed(self):
        return self.offered - self.succeeded

    @property
    def clean(self):
        seconds = self.offered / self.rate
        return (
            not self.died and self.failed == 0 and self.records in (None, self.offered)
            and self.retransmissions <= self.offered * TOLERATED_RETRANSMISSIONS
            and self.took <= seconds * (1 + TOLERATED_LAG) + ALLOWANCE)


@dataclass
class System:
    """What is measured: `start(directory)` gives its running process."""

    name: str
    start: object
    # Counts what the server has on record after a run, if it keeps records.
    records: object = None


def run(system, load, rate, seconds, directory, with_answerer):
    """Starts everything afresh, so that no run pays for another's leftovers."""
    with system.start(directory) as server:
        answerer = sipp.Answerer(directory) if with_answerer else None
        try:
            return _measure(system, server, answerer, load, rate, seconds, directory)
        finally:
            if answerer:
                answerer.end()


def _measure(system, server, answerer, load, rate, seconds, directory):
    _warm_up(load, rate, directory)
    recorded = system.records(directory) if system.records else 0
    processes = server.family()
    ours = processes + ([answerer.pid] if answerer else [])
    before, ours_before = cpu.cpu_seconds(processes), cpu.cpu_seconds(ours)
    dropped, busy, began = cpu.datagrams_dropped(), cpu.machine_busy_seconds(), time.monotonic()
    with load(rate, seconds, directory) as caller:
        caller_spent, took = caller.wait()
        time.sleep(DRAIN)
        spent = cpu.cpu_seconds(processes) - before
        ours_spent = cpu.cpu_seconds(ours) - ours_before + caller_spent
        busy = cpu.machine_busy_seconds() - busy
        elapsed = time.monotonic() - began
        died = not server.running
        count = caller.count
        if count.succeeded + count.failed == 0:
            raise caller.complaint("made no call")
        retransmissions = count.retransmissions
        if answerer:
            retransmissions += answerer.count.retransmissions
        return Run(
            rate=rate, offered=caller.offered, succeeded=count.succeeded,
            retransmissions=retransmissions, dropped=cpu.datagrams_dropped() - dropped,
            # What a dead server had spent is gone with it.
            microseconds=None if died else spent * 1e6 / max(1, count.succeeded),
            peak_mebibytes=cpu.peak_memory(processes), took=took,
            strangers=max(0, busy - ours_spent) / elapsed / cpu.processors(), died=died,
            records=system.records(directory) - recorded if system.records else None)


def _warm_up(load, rate, directory):
    """What a server makes once (memory, ports, pages) is made before it is measured."""
    with load(rate, WARM_UP, directory) as caller:
        caller.wait()
        time.sleep(DRAIN)


def ladder(systems, rates, rounds, one, say):
    """Every system at every rate, side by side, until a rate is not clean for it.

    `rates` maps a rate to how often it is tried; `one(system, rate)` makes a run.
    Returns the runs by (system's name, rate).
    """
    results = {}
    climbing = list(systems)
    for rate, times in rates.items():
        for _ in range(min(times, rounds) if rounds else times):
            for system in climbing:
                result = one(system, rate)
                results.setdefault((system.name, rate), []).append(result)
                say(system, result)
        climbing = [s for s in climbing if any(r.clean for r in results[s.name, rate])]
    return results


def highest_clean(results, name):
    """The highest rate at which every run was clean; None if there is none."""
    clean = [
        rate for (system, rate), runs in results.items()
        if system == name and all(run.clean for run in runs)]
    return max(clean, default=None)
