"""The codecs by themselves: the nested package's programs, and the instructions they take."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from .problem import Problem

PACKAGE = Path(__file__).resolve().parent.parent
# Instructions a message are a difference of two runs, so that starting the program cancels out.
FEW, MANY = 200, 1200


def build():
    command = ["swift", "build", "-c", "release"]
    if subprocess.run(command, cwd=PACKAGE, stdout=subprocess.DEVNULL).returncode:
        raise Problem("the benchmark programs do not build")
    path = subprocess.run(
        command + ["--show-bin-path"], cwd=PACKAGE, capture_output=True, text=True).stdout
    return Path(path.strip())


def measure(say):
    """A row a workload: times in nanoseconds, blocks and octets allocated, instructions."""
    programs = build()
    say("timing the codecs")
    rows = {row["workload"]: row for row in _output(programs / "wire-timing")}
    for row in _output(programs / "wire-allocations"):
        rows[row["workload"]] |= {"blocks": row["blocks"], "allocated": row["octets"]}
    for name, row in rows.items():
        row["instructions"] = _instructions(programs / "wire-timing", name)
    return list(rows.values())


def _output(program):
    done = subprocess.run([program], capture_output=True, text=True)
    if done.returncode:
        raise Problem(f"{program.name} failed: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


def _instructions(program, workload):
    """Per message, counted by Valgrind's simulated processor; None without Valgrind."""
    if not shutil.which("valgrind"):
        return None
    counts = []
    for messages in (FEW, MANY):
        done = subprocess.run(
            ["valgrind", "--tool=cachegrind", "--cache-sim=no",
             "--cachegrind-out-file=/dev/null", program, workload, str(messages)],
            capture_output=True, text=True)
        found = re.search(r"I +refs: +([0-9,]+)", done.stderr)
        if done.returncode or not found:
            return None
        counts.append(int(found.group(1).replace(",", "")))
    return (counts[1] - counts[0]) / (MANY - FEW)
