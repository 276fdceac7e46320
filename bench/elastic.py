"""Writing jobs to a real Elasticsearch node on loopback, beside `helpers.bulk` of the official client.

Both put the same documents into a new data stream each time. The plain one reads them from a file in which they are
made already; ours makes them from the cube and the lake, and is the only one that could be killed. Only the writing
side's CPU time counts, not the node's.
"""

import json
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from elasticsearch import Elasticsearch

from bench.stopwatch import Contender, Timing, race
from collectors.simulate.plan import Plan
from collectors.simulate.straight import write_straight
from pipeline.cube import Cube
from pipeline.elastic.job_document import documents, mapping
from pipeline.elastic.told import ToldDay
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.elastic.node import Node, running

DAYS = 30
LABEL = "elastic"
OURS, AGAIN, PLAIN = "htc-ledger elastic write --jobs", "the same again, nothing new", "helpers.bulk"


def elastic(folder: Path, jobs: int, runs: int) -> list[str]:
    """Markdown: CPU time, documents per CPU second and peak memory of each way."""
    # in a process of its own: what is measured begins as large as the process that starts it
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        other.submit(_prepare, folder, jobs).result()
    state = folder / "node"
    state.mkdir()
    with running(state) as node:
        timings = race(_contenders(node, folder), runs)
        _hold_alike(node, runs + 1, jobs)
    return [
        f"## Writing {jobs:,} jobs to Elasticsearch",
        "",
        "Ours makes the documents, compares, and notes what was sent; `helpers.bulk` is given them ready made.",
        "",
        "| way | CPU s | jobs per CPU second | × | peak memory MiB |",
        "| --- | ---: | ---: | ---: | ---: |",
        *_rows(timings, jobs),
    ]


def _prepare(folder: Path, jobs: int) -> None:
    """The lake with its cube, and what the plain way is given."""
    plan = Plan(days=DAYS, jobs=jobs, label=LABEL)
    lake = Lake(folder / "lake")
    write_straight(plan, lake)
    publish(lake, Settings(lake=lake.root), lambda step: None)
    _write_down(Cube.open(lake.root), plan, folder / "documents.ndjson")
    (folder / "mapping.json").write_text(json.dumps({"dynamic": "strict", "properties": mapping()}), "utf-8")


def _write_down(cube: Cube, plan: Plan, file: Path) -> None:
    """The documents, a line each, as the plain way gets them."""
    ((first, last),) = [(pool.first_day, pool.last_day) for pool in cube.pools(LOCAL) if pool.name == plan.pool]
    if first is None or last is None:
        raise ValueError("the made pool has no days")
    days = [ToldDay(**row) for row in cube.told_days(plan.pool, first, last, LOCAL).to_pylist()]
    with file.open("wb") as out:
        for rows in cube.told_jobs(days, 1000, LOCAL):
            for job in documents(rows):
                out.write(b'{"id":"%s","body":%s}\n' % (job.id.encode(), job.body))


def _contenders(node: Node, folder: Path) -> list[Contender]:
    ours = {"HTC_LEDGER_LAKE": str(folder / "lake"), "HTC_LEDGER_ELASTIC_URL": node.url}
    number = folder / "number"
    name = f'prefix=ours-$(date +%s%N); echo "$prefix" > {number}; export HTC_LEDGER_ELASTIC_PREFIX="$prefix"'
    write = f"exec {sys.executable} -m htc_ledger elastic write --jobs --simulated"
    again = f'export HTC_LEDGER_ELASTIC_PREFIX="$(cat {number})"; {write}'
    given = f"{node.url} plain-$(date +%s%N) {folder}/documents.ndjson {folder}/mapping.json"
    plain = f"exec {sys.executable} -m bench.plain_elastic {given}"
    return [
        Contender(OURS, ["sh", "-c", f"{name}; {write}"], ours),
        Contender(AGAIN, ["sh", "-c", again], ours),
        Contender(PLAIN, ["sh", "-c", plain], {}),
    ]


def _hold_alike(node: Node, streams: int, jobs: int) -> None:
    """Raise ValueError unless each way has put every job there, each time."""
    with Elasticsearch(node.url) as client:
        for pattern in ("ours-*", "plain-*"):
            client.indices.refresh(index=pattern)
            number = client.count(index=pattern)["count"]
            if number != streams * jobs:
                raise ValueError(f"{pattern} hold {number:,} jobs instead of {streams * jobs:,}")


def _rows(timings: Sequence[Timing], jobs: int) -> list[str]:
    base = next(timing.cpu_s for timing in timings if timing.name == PLAIN)
    return [
        f"| {t.name} | {t.cpu_s:.2f} | {jobs / t.cpu_s:,.0f} | {base / t.cpu_s:.2f} | {t.peak_mib:,.0f} |"
        for t in timings
    ]
