"""Benchmarks/soak: many calls, and what is left of them. See --help.

A node as it is run (keeper and worker, media anchored, call log and records on) takes calls until
10,000 have ended, is looked at when the last of them has been forgotten, takes the others, and is
looked at again. Descriptors, bound ports, timers and calls must be the same; resident memory may
differ by what an allocator keeps.
"""

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from . import cpu, network, report, sipp, tandem
from .problem import Problem

# A call that is over absorbs retransmissions for 64*T1, and a far deadline is looked at within
# a minute.
SETTLING = 100
# Of resident memory, beyond the first look.
TOLERATED_GROWTH = 0.10


def options():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/soak", description="Makes many calls and looks what is left of them.")
    parser.add_argument("--first", type=int, default=10_000, help="calls before the first look")
    parser.add_argument("--calls", type=int, default=100_000, help="calls in all")
    # At 300/s the calls that are over and not forgotten yet are as many at the first look as later.
    parser.add_argument("--rate", type=int, default=300, help="calls a second")
    parser.add_argument("--program", help="take this tandem instead of building it")
    chosen = parser.parse_args()
    if chosen.rate < 1 or not 0 < chosen.first < chosen.calls:
        parser.error("--rate is at least 1, and --first is less than --calls")
    return chosen


class Look:
    """What a node holds at one moment."""

    def __init__(self, server):
        processes = server.family()
        self.processes = len(processes)
        self.descriptors = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in processes)
        self.threads = sum(len(os.listdir(f"/proc/{pid}/task")) for pid in processes)
        self.resident = sum(_resident(pid) for pid in processes)
        self.metrics = _metrics()

    def rows(self):
        of = lambda name, *labels: _value(self.metrics, name, *labels)
        return {
            "processes": self.processes,
            "threads": self.threads,
            "descriptors": self.descriptors,
            "calls": of("tandem_calls"),
            "calls held, those over included": of("tandem_calls_held"),
            "timers": of("tandem_call_timers"),
            "media streams": of("tandem_media_streams"),
            "pairs of media ports in use": of("tandem_media_ports", 'state="in_use"'),
            "pairs of media ports that rest": of("tandem_media_ports", 'state="quarantined"'),
            "resident memory, MiB": round(self.resident / 1024, 1),
        }


def _resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return sum(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def _metrics():
    url = "http://%s:%d/metrics" % network.HTTP
    with urllib.request.urlopen(url, timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def _value(metrics, name, label=None):
    found = metrics.get(name if label is None else f"{name}{{{label}}}")
    return "not told" if found is None else int(found)


def offer(calls, rate, directory):
    """Makes so many calls; a problem if one of them fails."""
    made = 0
    while made < calls:
        # In portions, so that no file of SIPp's grows without end.
        seconds = max(1, min(60, (calls - made) // rate))
        with sipp.Load(
                "call", network.CALLER, rate, seconds, directory, ["-s", "bob"]) as caller:
            caller.wait()
            count = caller.count
        if count.failed or count.succeeded != rate * seconds:
            raise caller.complaint(f"{count.failed} of {rate * seconds} calls failed")
        made += count.succeeded
        print(f"{made:,} calls made", file=sys.stderr, flush=True)
    return made


def settle():
    """Waits until calls that are over have been forgotten."""
    print(f"waiting {SETTLING} s for the last of them to be forgotten", file=sys.stderr, flush=True)
    time.sleep(SETTLING)


def soak(chosen, directory):
    if chosen.program:
        tandem.use(chosen.program)
    else:
        tandem.build()
    with tandem.node("always")(directory) as server:
        with sipp.Answerer(directory):
            first = offer(chosen.first, chosen.rate, directory)
            settle()
            before = Look(server)
            spent = cpu.cpu_seconds(server.family())
            more = offer(chosen.calls - first, chosen.rate, directory)
            spent = cpu.cpu_seconds(server.family()) - spent
            settle()
            after = Look(server)
            records = tandem.recorded_calls(directory)
    return tell(before, after, first, first + more, records, spent / more * 1e6)


def tell(before, after, first, total, records, microseconds):
    left, right = before.rows(), after.rows()
    rows = [[name, left[name], right[name]] for name in left]
    print(report.table(["", f"after {first:,} calls", f"after {total:,} calls"], rows))
    print(f"\n{records:,} records of {total:,} calls; {microseconds:.0f} µs of CPU a call")
    same = [name for name in left if not name.startswith("resident") and name != "threads"]
    faults = [name for name in same if left[name] != right[name]]
    if after.resident > before.resident * (1 + TOLERATED_GROWTH):
        faults.append("resident memory")
    if records != total:
        faults.append("records")
    for fault in faults:
        print(f"Benchmarks/soak: {fault} differs", file=sys.stderr)
    return 1 if faults else 0


def main():
    chosen = options()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    directory = Path(tempfile.mkdtemp(prefix="tandem-soak-"))
    try:
        status = soak(chosen, directory)
        shutil.rmtree(directory)
        return status
    except Problem as problem:
        print(f"Benchmarks/soak: {problem}\nlogs: {directory}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
