"""The long runs, `make soak`: a large pool read under repeated kill -9, and many random pools.

What they found, with machine and date, is written down in docs/soak.md.
"""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import oracle
from tests.ledger_command import Ledger
from tests.test_random_ledgers import POOLS, Job, same_books

pytestmark = pytest.mark.soak
JOBS = 40_000  # the oracle keeps every ad in memory
KILLS = 40
METRICS = ("wall_s", "cpu_h", "gpu_h", "cpu_used_h", "jobs", "attempts")


def kill_somewhere(ledger: Ledger, files: list[Path], longest_s: float, chance: random.Random) -> bool:
    """Start an ingest and kill it after a while; False if it was done before."""
    command = [sys.executable, "-m", "htc_ledger", "ingest", "--lake", str(ledger.lake), *map(str, files)]
    process = subprocess.Popen(command, cwd=ledger.cwd, stdout=subprocess.DEVNULL)
    time.sleep(chance.uniform(0.5, longest_s))
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def test_a_large_pool_read_under_kill_9_has_the_books_of_the_oracle(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.ok("simulate", "pool", "--jobs", str(JOBS))
    files = sorted((ledger.cwd / "pool").glob("*/*history"))
    chance = random.Random(1)
    killed = sum(kill_somewhere(ledger, files, 5, chance) for _ in range(KILLS))
    start = time.monotonic()
    ledger.ok("ingest", *files)
    read_s = time.monotonic() - start
    ledger.ok("build")
    built_s = time.monotonic() - start - read_s
    books = oracle.load(files, pool="prairie (simulated)")
    for booking in ("used", "ended"):
        for by in (["project"], ["day", "site"], ["outcome"]):
            made = ledger.usage(",".join(by), ",".join(METRICS), "--booking", booking)
            assert made == books.usage(by, METRICS, booking=booking)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{JOBS:,} jobs: killed {killed} times, then read in {read_s:.0f} s, built in {built_s:.0f} s\n"
        )


@given(jobs=POOLS, zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/Chicago", "Australia/Lord_Howe"]))
@settings(
    max_examples=1500,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_many_random_pools_have_the_same_books_twice(jobs: list[Job], zone: str) -> None:
    same_books(jobs, zone)
