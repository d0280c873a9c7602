"""Child processes that are always ended, by their own ids."""

import os
import signal
import subprocess
import time

from . import cpu
from .problem import Problem


class Process:
    """A program with its log; a context manager that ends it."""

    def __init__(self, command, log, directory):
        self.command = [str(part) for part in command]
        self.log = log
        with open(log, "wb") as output:
            try:
                self.child = subprocess.Popen(
                    self.command, stdin=subprocess.DEVNULL, stdout=output,
                    stderr=subprocess.STDOUT, cwd=directory)
            except FileNotFoundError:
                raise Problem(f"there is no program {self.command[0]}")

    @property
    def pid(self):
        return self.child.pid

    @property
    def running(self):
        return self.child.poll() is None

    def family(self):
        return cpu.family(self.pid)

    def log_text(self):
        with open(self.log, errors="replace") as text:
            return text.read()

    def complaint(self, what):
        """A problem that shows the end of the program's log."""
        tail = "\n".join("  " + line for line in self.log_text().splitlines()[-12:])
        return Problem(f"{self.command[0]} {what}; the end of its log:\n{tail}")

    def wait_for(self, condition, what, seconds):
        """Until `condition()` holds; a problem if the program ends or the time does."""
        deadline = time.monotonic() + seconds
        while not condition():
            if not self.running:
                raise self.complaint(f"ended ({self.child.returncode}) before {what}")
            if time.monotonic() > deadline:
                raise self.complaint(f"took more than {seconds} s until {what}")
            time.sleep(0.02)

    def end(self, first=signal.SIGTERM, patience=5):
        """Asks, waits, then kills whatever is left of the family."""
        if not self.running:
            return
        members = self.family()
        self.child.send_signal(first)
        try:
            self.child.wait(patience)
        except subprocess.TimeoutExpired:
            for pid in members:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.child.wait(patience)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
