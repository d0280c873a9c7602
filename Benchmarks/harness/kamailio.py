"""Kamailio, as fast as Debian's package can be set: one worker, its quickest allocator."""

import glob
import subprocess
from pathlib import Path

from . import network
from .problem import Problem
from .process import Process

TEMPLATES = Path(__file__).resolve().parent.parent / "peers"


def version():
    text = subprocess.run(["kamailio", "-v"], capture_output=True, text=True).stdout
    return " ".join(text.split()[1:3])


def proxy(directory):
    return _start("kamailio-proxy.cfg", directory, {}, [])


def registrar_in_memory(directory):
    return _start("kamailio-registrar.cfg", directory, {"DBMODE": 0, "DATABASE": ""}, [])


def registrar_on_sqlite(directory):
    """Each binding is written through before the 200 goes out.

    A write-ahead log, which a database file keeps once it has it, spares Kamailio half of what its
    default costs.
    """
    database = directory / "location.sqlite"
    database.unlink(missing_ok=True)
    for schema in ("standard-create.sql", "usrloc-create.sql"):
        with open(f"/usr/share/kamailio/db_sqlite/{schema}") as statements:
            subprocess.run(["sqlite3", database], stdin=statements, check=True)
    subprocess.run(
        ["sqlite3", database, "PRAGMA journal_mode=WAL"], check=True, stdout=subprocess.DEVNULL)
    values = {"DBMODE": 1, "DATABASE": database}
    return _start("kamailio-registrar.cfg", directory, values, ["-A", "WITH_SQLITE"])


def _start(template, directory, values, arguments):
    network.require_free(network.SERVER)
    modules = glob.glob("/usr/lib/*/kamailio/modules/")
    if not modules:
        raise Problem("Kamailio's modules are not in /usr/lib/*/kamailio/modules")
    values |= {
        "SERVER": "%s:%d" % network.SERVER, "ANSWERER": "%s:%d" % network.ANSWERER,
        "MODULES": modules[0]}
    text = (TEMPLATES / template).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    configuration = directory / "kamailio.cfg"
    configuration.write_text(text)
    server = Process(
        ["kamailio", "-DD", "-E", "-f", configuration, "-x", "fm", "-m", 1024, "-M", 16,
         "-Y", directory, "-P", directory / "kamailio.pid", *arguments],
        directory / "kamailio.log", directory)
    try:
        server.wait_for(lambda: network.answers(network.SERVER), "it answered", 10)
    except Problem:
        server.end()
        raise
    return server
