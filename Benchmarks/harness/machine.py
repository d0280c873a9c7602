"""What was measured on, in one line each."""

import os
import platform
import re
import subprocess

from . import cpu


def hardware():
    with open("/proc/cpuinfo") as text:
        model = re.search(r"model name\s*: (.*)", text.read())
    with open("/proc/meminfo") as text:
        memory = int(text.readline().split()[1]) / 2**20
    return (
        f"{cpu.processors()} vCPU ({model.group(1).strip() if model else platform.machine()}), "
        f"{memory:.0f} GiB, {platform.system()} {platform.release().split('-')[0]}, {_distribution()}")


def _distribution():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "unknown distribution"


def swift_version():
    text = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    return (re.search(r"Swift version [0-9.]+", text) or ["Swift"])[0].replace(" version", "")


def sipp_version():
    text = subprocess.run(["sipp", "-v"], capture_output=True, text=True).stdout
    return (re.search(r"SIPp v[0-9.]+", text) or ["SIPp"])[0].replace(" v", " ")


def load_average():
    return os.getloadavg()[0]
