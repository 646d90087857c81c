"""A short run of the crowd; `make nightly` plays 20,000 messages with Redis gone for 20 seconds."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.timeout(300)
def test_seven_processes_keep_every_customers_order_while_redis_comes_and_goes():
    command = [
        sys.executable, "-m", "tests.crash.crowd", "--messages", "240", "--phones", "20",
        "--flushes", "10", "--away", "2.5",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)

    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert (figures["messages"], figures["violations"]) == (240, 0)
    assert figures["FLUSHALL"] == 10
    assert figures["told gone"] == figures["told back"] >= 7  # each process tells of it
