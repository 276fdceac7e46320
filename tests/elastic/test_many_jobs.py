"""Many jobs, written to a real node and read back; writer and node are killed on the way: each once, same totals."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from collectors.elastic.read import LABEL, read
from collectors.simulate.plan import Plan
from collectors.simulate.straight import write_straight
from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.schema import JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.elastic.fixtures import StartElastic
from tests.elastic.node import Node

STREAM = "many-simulated-jobs"
READ = datetime(2027, 1, 1, tzinfo=UTC)
METRICS = ("wall_s", "cpu_h", "gpu_h", "cpu_used_h", "jobs")
LOOK_S = 0.1


@pytest.mark.parametrize("jobs", [100_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_jobs_written_and_read_back_under_kills_are_there_once_with_the_same_totals(
    tmp_path: Path, start_elastic: StartElastic, jobs: int
) -> None:
    written = lake_of(tmp_path / "written", jobs)
    node = start_elastic()
    with Elasticsearch(node.url, request_timeout=60) as client:
        with writer(node, written) as first:
            wait_until_taken(client, jobs // 5, first)
            first.kill()
        with writer(node, written) as second:
            wait_until_taken(client, jobs * 3 // 5, second)
            node.kill()
            node.start()
            assert second.wait() == 0
        client.indices.refresh(index=STREAM)
        assert client.count(index=STREAM)["count"] == jobs
        back = Lake(tmp_path / "back")
        settings = Settings(lake=back.root, archive="rejects")
        back.create()
        tally = read(client, STREAM, back, settings, READ, None).of(LABEL)
    assert (tally.new, tally.known, tally.rejects, tally.skipped) == (jobs, 0, 0, 0)
    publish(back, settings, lambda step: None)
    assert totals(back) == totals(written)


def lake_of(folder: Path, jobs: int) -> Lake:
    """A published lake of a month of so many jobs."""
    lake = Lake(folder)
    write_straight(Plan(days=30, jobs=jobs, label="many"), lake)
    publish(lake, Settings(lake=folder), lambda step: None)
    return lake


@contextmanager
def writer(node: Node, lake: Lake) -> Iterator[subprocess.Popen[bytes]]:
    """The command that writes the lake's jobs; it has ended when this is left."""
    command = [sys.executable, "-m", "htc_ledger", "elastic", "write", "--jobs", "--simulated"]
    settings = {
        "LAKE": str(lake.root),
        "ELASTIC_URL": node.url,
        "ELASTIC_PREFIX": STREAM.removesuffix("-simulated-jobs"),
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HTC_LEDGER_")}
    environment |= {f"HTC_LEDGER_{name}": value for name, value in settings.items()}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until_taken(client: Elasticsearch, jobs: int, process: subprocess.Popen[bytes]) -> None:
    """Return when the node has taken that many; fail if the writer ends before."""
    while taken(client) < jobs:
        assert process.poll() is None, "it was done, or failed, before it could be killed"
        time.sleep(LOOK_S)


def taken(client: Elasticsearch) -> int:
    """Jobs that the node has taken since it was started, be they found yet or not."""
    stats = client.indices.stats(index=f"{STREAM}*", metric=["indexing"])
    number: int = stats["_all"]["primaries"].get("indexing", {}).get("index_total", 0)
    return number


def totals(lake: Lake) -> list[dict[str, object]]:
    """The usage as ended, by day, project and site."""
    rows = Cube.open(lake.root).usage(UsageQuery(("day", "project", "site"), METRICS, booking="ended"), LOCAL)
    assert rows.num_rows > 100
    assert lake.count(JOB) > 0
    found: list[dict[str, object]] = rows.to_pylist()
    return found
