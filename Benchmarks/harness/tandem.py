"""Tandem, as it is configured by default but for what each work needs."""

import json
import shutil
import subprocess
from pathlib import Path

from . import network, sipp
from .problem import Problem
from .process import Process

ROOT = Path(__file__).resolve().parent.parent.parent
program = ROOT / ".build/release/tandem"


def use(path):
    """Measures another program than the one that is built here."""
    global program
    program = Path(path).resolve()
    if not program.is_file():
        raise Problem(f"there is no program {program}")


def build():
    if subprocess.run(["swift", "build", "-c", "release", "--product", "tandem"], cwd=ROOT,
                      stdout=subprocess.DEVNULL).returncode:
        raise Problem("Tandem does not build; `make build` says why")


def version():
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return "commit " + (commit.stdout.strip() or "unknown")


def switch(anchor, alone=True):
    """A starter of a back-to-back user agent with records, bob's phone registered with it."""
    def start(directory):
        server = _start(directory, anchor, [("bob", "pwbob")], alone)
        try:
            sipp.register("bob", "pwbob", network.ANSWERER, directory)
        except Problem:
            server.end()
            raise
        return server
    return start


def node(anchor):
    """The same as it is run: with a keeper."""
    return switch(anchor, alone=False)


def registrar(users):
    """A starter of a registrar; a binding is in its SQLite store before its 200 goes out."""
    return lambda directory: _start(directory, "never", users)


def recorded_calls(directory):
    """How many call records the running node has."""
    listing = subprocess.run(
        [program, "cdr", "export", "--format", "jsonl", "--config", directory / "tandem.yaml"],
        capture_output=True, text=True)
    if listing.returncode:
        raise Problem(f"tandem cdr export: {listing.stderr.strip()}")
    return sum(1 for line in listing.stdout.splitlines() if json.loads(line))


def _start(directory, anchor, users, alone=True):
    network.require_free(network.SERVER)
    for old in directory.glob("tandem.db*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    configuration = directory / "tandem.yaml"
    configuration.write_text(_configuration(anchor, users))
    configuration.chmod(0o600)
    server = Process(
        [program, "serve"] + ["--alone"] * alone + ["--config", configuration],
        directory / "tandem.log", directory)
    try:
        server.wait_for(lambda: "ready" in server.log_text(), "it was ready", 60)
        server.wait_for(lambda: network.answers(network.SERVER), "it answered", 5)
    except Problem:
        server.end()
        raise
    return server


def _configuration(anchor, users):
    """Defaults, but for limits above the offered load and a shorter rest for media ports.

    A call takes four ports; with the default rest of 5 s and range, anchored calls would run out
    of ports at 1,000 calls a second, which says nothing about speed.
    """
    subscribers = "".join(f"      - {{user: {u}, password: {p}}}\n" for u, p in users)
    return f"""\
node: {{name: bench, region: local, zone: a}}
store: sqlite:tandem.db
sip:
  listen: ["udp:{network.SERVER[0]}:{network.SERVER[1]}"]
  trusted: [{network.CALLER[0]}/32]
media: {{address: 127.0.0.1, ports: 30000-47999, anchor: {anchor}, quarantine: 500ms}}
http: {{listen: "{network.HTTP[0]}:{network.HTTP[1]}"}}
limits: {{calls: 100000}}
domains:
  - name: example.test
    subscribers:
{subscribers}"""
