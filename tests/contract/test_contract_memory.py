"""What the serving processes keep for themselves, after some work."""

from pathlib import Path

MOST = 120 * 1024  # KiB, listener and server together


def proportional(pid):
    """The share of memory that a process answers for: what it shares counts in parts."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def test_the_serving_processes_stay_small(duka, customer, record_property):
    customer.charged()

    sizes = [proportional(pid) for pid in duka.pids()]

    record_property("pss_kib", sizes)
    assert len(sizes) == 2
    assert sum(sizes) < MOST, sizes
