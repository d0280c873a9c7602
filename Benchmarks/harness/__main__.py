"""Benchmarks/run: see --help."""

import argparse
import datetime
import resource
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from . import kamailio, machine, report, tandem, wire, works
from .problem import Problem


def options():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/run", description="Measures Tandem beside Kamailio, on loopback.")
    parser.add_argument(
        "parts", nargs="*", metavar="PART",
        help="calls, registrations, wire; all of them, written to docs/benchmarks.md, by default")
    parser.add_argument("--seconds", type=int, default=4, help="length of each load (4)")
    parser.add_argument("--rounds", type=int, default=0, help="at most so many runs of a kind")
    parser.add_argument(
        "--rates", type=lambda text: [int(rate) for rate in text.split(",")],
        help="operations a second, such as 500,1000, instead of the usual ladder")
    parser.add_argument("--only", default="", help="only servers whose name holds this")
    parser.add_argument("--program", help="measure this tandem instead of building it")
    parser.add_argument("--keep", action="store_true", help="keep the logs of the last run")
    chosen = parser.parse_args()
    unknown = set(chosen.parts) - {"calls", "registrations", "wire"}
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    if chosen.seconds < 1 or chosen.rounds < 0 or min(chosen.rates or [1]) < 1:
        parser.error("--seconds and --rates are at least 1, --rounds at least 0")
    return chosen


def say(text):
    print(text, file=sys.stderr, flush=True)


def say_run(system, run):
    cost = "died under load" if run.died else f"{run.microseconds:8.1f} µs each"
    extra = "" if run.clean else (
        f"  NOT CLEAN: {run.failed} failed, {run.retransmissions} retransmissions, "
        f"{run.took:.1f} s")
    if run.records is not None and run.records != run.succeeded:
        extra += f"  {run.records} records of {run.succeeded} calls"
    say(f"{system.name:28} {run.rate:6,}/s {cost}{extra}")


def measure(chosen, directory):
    """The results as Markdown."""
    parts = chosen.parts or ["calls", "registrations", "wire"]
    if chosen.program:
        tandem.use(chosen.program)
    elif not chosen.only.lower().startswith("kamailio") and parts != ["wire"]:
        say("building Tandem")
        tandem.build()
    sections, runs = [], []
    for part, title, work, operation in (
        ("calls", "Calls", works.calls, "call"),
        ("registrations", "Registrations with digest", works.registrations, "registration"),
    ):
        if part in parts:
            say(title)
            results = work(directory, chosen, say_run)
            runs += [run for several in results.values() for run in several]
            sections.append(f"### {title}\n\n{report.comparison(results, operation)}")
    if "wire" in parts:
        say("building the codec programs")
        sections.append(f"### Codecs\n\n{report.codecs(wire.measure(say))}")
    return "\n\n".join([preamble(chosen, runs)] + sections)


def preamble(chosen, runs):
    lines = [
        f"Measured on {datetime.date.today()} by `make bench`, loads of {chosen.seconds} s.",
        f"- machine: {machine.hardware()}",
        f"- Tandem {tandem.version()}, built with {machine.swift_version()}; "
        f"{kamailio.version()}; {machine.sipp_version()}",
    ]
    if runs:
        lines.append("- " + report.quietness(runs))
    return "\n".join(lines[:1] + [""] + lines[1:])


def main():
    chosen = options()
    # An anchored call holds four sockets in the server, which inherits this.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # As after Ctrl-C: whatever was started is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    directory = Path(tempfile.mkdtemp(prefix="tandem-bench-"))
    failed = True
    try:
        text = measure(chosen, directory)
        print(text)
        if not (chosen.parts or chosen.only or chosen.rates or chosen.program):
            report.write(text)
            say(f"\nwritten to {report.PAGE}")
        failed = False
    except Problem as problem:
        say(f"Benchmarks/run: {problem}")
    except KeyboardInterrupt:
        say("Benchmarks/run: interrupted")
    finally:
        if failed or chosen.keep:
            say(f"logs: {directory}")
        else:
            shutil.rmtree(directory)
    return 1 if failed else 0


sys.exit(main())
