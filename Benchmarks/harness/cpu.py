"""What processes have cost: exact CPU time, memory, and how busy the machine was besides."""

import os
import time

TICK = 1 / os.sysconf("SC_CLK_TCK")


def family(pid):
    """A process and all below it, as they are now."""
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as children:
                for child in children.read().split():
                    found += family(int(child))
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def cpu_seconds(pids):
    """On-CPU time in seconds: the scheduler's own sum, threads that have ended included.

    A process's CPU-time clock can be read from outside; its id is the complement of the pid above
    the three bits that name the clock, 2 being the scheduler's (clock_getcpuclockid(3)).
    Processes that have gone count nothing.
    """
    total = 0
    for pid in pids:
        try:
            total += time.clock_gettime_ns(~pid << 3 | 2)
        except OSError:
            pass
    return total / 1e9


def peak_memory(pids):
    """The sum of each process's own peak (VmHWM) in MiB; pages they share count in each."""
    kibibytes = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/status") as status:
                kibibytes += sum(int(line.split()[1]) for line in status if "VmHWM" in line)
        except (FileNotFoundError, ProcessLookupError):
            pass
    return kibibytes / 1024


def machine_busy_seconds():
    """What all CPUs together have spent on anything but waiting, since boot."""
    with open("/proc/stat") as stat:
        user, nice, system, _, _, irq, softirq, steal = map(int, stat.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) * TICK


def datagrams_dropped():
    """UDP datagrams that found a full receive buffer, since boot, on the whole machine."""
    with open("/proc/net/snmp") as snmp:
        names, values = (line.split()[1:] for line in snmp if line.startswith("Udp:"))
    return int(dict(zip(names, values))["RcvbufErrors"])


def processors():
    return len(os.sched_getaffinity(0))
