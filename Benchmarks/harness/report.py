"""The tables, as Markdown, and their place in docs/benchmarks.md."""

import statistics
from pathlib import Path

from .measure import TOLERATED_STRANGERS, highest_clean
from .problem import Problem

PAGE = Path(__file__).resolve().parent.parent.parent / "docs/benchmarks.md"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"


def table(header, rows):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1)] + rows
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def comparison(results, operation):
    """Two tables of one work: each rate with each server, and the highest clean rates."""
    names = list(dict.fromkeys(name for name, _ in results))
    rates = sorted({rate for _, rate in results})
    rows = [
        _row(name, rate, results[name, rate], operation)
        for rate in rates for name in names if (name, rate) in results]
    header = [
        "server", f"{operation}s/s offered", f"CPU µs a {operation}", "failed",
        "retransmissions", "dropped datagrams", "peak MiB", "clean"]
    limits = [
        [name, _limit(results, name, max(rates)),
         f"{max(rate for n, rate in results if n == name):,}"] for name in names]
    return (
        table(header, rows) + "\n\n"
        + table(["server", f"highest clean rate, {operation}s/s", "highest tried"], limits))


def _row(name, rate, runs, operation):
    missing = sum(run.offered - run.records for run in runs if run.records is not None)
    clean = sum(run.clean for run in runs)
    failed = f"{sum(run.failed for run in runs):,}"
    if missing > 0:
        failed += f" ({missing:,} without a record)"
    return [
        name, f"{rate:,}", _spread(
            [run.microseconds for run in runs if run.succeeded and not run.died]), failed,
        f"{sum(run.retransmissions for run in runs):,}", f"{sum(run.dropped for run in runs):,}",
        f"{max(run.peak_mebibytes for run in runs):.0f}",
        _verdict(runs, clean)]


def _verdict(runs, clean):
    if any(run.died for run in runs):
        return "no, the server died"
    if clean in (0, len(runs)):
        return "yes" if clean else "no"
    return f"{clean} of {len(runs)} runs"


def _spread(values):
    if not values:
        return "–"
    middle = f"{statistics.median(values):,.0f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):,.0f}–{max(values):,.0f})"


def _limit(results, name, top):
    rate = highest_clean(results, name)
    return "none" if rate is None else f"{rate:,}"


def codecs(rows):
    header = [
        "work on one message", "octets", "ns, best", "ns, median", "messages/s a core (median)",
        "allocations", "octets allocated", "instructions"]
    return table(header, [
        [row["title"], row["octets"], f"{row['best']:,.0f}", f"{row['median']:,.0f}",
         f"{1e9 / row['median']:,.0f}", f"{row['blocks']:g}", f"{row['allocated']:,.0f}",
         "–" if row["instructions"] is None else f"{row['instructions']:,.0f}"] for row in rows])


def quietness(all_runs):
    """A warning if programs that are not ours took part."""
    noisy = sum(run.strangers > TOLERATED_STRANGERS for run in all_runs)
    if not noisy:
        return "The machine did nothing else meanwhile."
    worst = max(run.strangers for run in all_runs)
    return (
        f"**Not a quiet machine:** in {noisy} of {len(all_runs)} runs other programs took more "
        f"than {TOLERATED_STRANGERS:.0%} of it (at worst {worst:.0%}); take these figures with "
        f"care.")


def write(text):
    """Replaces what stands between the page's markers."""
    page = PAGE.read_text()
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise Problem(f"{PAGE} does not hold the markers {BEGIN} and {END} once each")
    head, rest = page.split(BEGIN)
    tail = rest.split(END)[1]
    PAGE.write_text(f"{head}{BEGIN}\n{text.strip()}\n{END}{tail}")
