"""The dashboard's queries and pages over a cube of a year: `python -m bench.serving --jobs 3000000`.

In: a lake of made-up jobs (made, or one that `--lake` names). Out: Markdown: how long every query takes that a page
makes, beside the same questions to the plain tables and to Parquet; and whole pages over HTTP. Answers that the server
keeps are left out, but where they are named.
"""

import random
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import uvicorn
from rich.console import Console

from bench.made_year import write_year
from bench.page_visits import Visit, connected, visits
from dashboard import serving
from dashboard.app import create_app
from dashboard.cube_source import CubeSource
from pipeline.cube import Cube
from pipeline.lake import Lake, quoted
from pipeline.publish import Published, current, publish
from pipeline.serving.answers import Answers
from pipeline.serving.rollups import MADE_TO_SERVE
from pipeline.settings import Settings

CLIENTS = 8
PERIODS = ("?range=all", "", "?from=2026-03-01&to=2026-03-31")
GROUPS = ("project", "site", "user", "institution", "field_of_science", "facility")
FILTERS = ("", "&project=Project3", "&site=Site4", "&user=user17%40year.simulated", "&project=Project3&site=Site4")
BOOKED = ("", "&booking=ended")
PAGES: dict[str, list[str]] = {
    "/usage": [f"&by={by}{chosen}{booked}" for by, chosen, booked in product(GROUPS, FILTERS, BOOKED)],
    "/project": [f"&project=Project{number}{booked}" for number, booked in product((0, 3, 20), BOOKED)],
    "/site": [f"&site=Site{number}&by={by}" for number, by in product((0, 4, 30), ("project", "user"))],
    "/efficiency": [
        f"&by={by}&sheet={sheet}{chosen}"
        for by, sheet, chosen in product(GROUPS[:3], ("cores", "memory"), ("", "&project=Project3"))
    ],
    "/pool-now": [""],
    "/data-health": [""],
}
"""What is shown of each page, besides the period."""
Asked = tuple[str, Any]


@dataclass(frozen=True)
class Times:
    """Milliseconds of wall time."""

    ms: tuple[float, ...]

    def at(self, percent: int) -> float:
        """At or below it lies that share of them."""
        ordered = sorted(self.ms)
        return ordered[min(len(ordered) - 1, -(-len(ordered) * percent // 100) - 1)]

    def __str__(self) -> str:
        return f"{self.at(50):.1f} | {self.at(95):.1f} | {max(self.ms):.0f}"


def searches() -> dict[str, list[str]]:
    """Page -> query strings: everything that is shown of it, over each period."""
    return {
        path: [(period + more if period else more.replace("&", "?", 1)) for more in shown for period in PERIODS]
        for path, shown in PAGES.items()
    }


class Recorder(Cube):
    """A cube that notes what it is asked, and keeps no answers; `of_facts`: that is never asked a roll-up."""

    def __init__(self, cubes: Path, published: Published, *, of_facts: bool) -> None:
        super().__init__(cubes, published)
        self.answers = Answers(most_bytes=0)
        self.asked: list[Asked] = []
        if of_facts:
            self.__dict__["_tables"] = frozenset[str]()

    def newest(self) -> "Recorder":
        return self

    def _ask(self, sql: str, values: list[Any] | dict[str, Any]) -> pa.Table:
        self.asked.append((sql, values))
        return super()._ask(sql, values)


def recorded(lake: Path, *, of_facts: bool, each: int) -> list[Asked]:
    """Every query of every `each`th visit, as the pages themselves make it."""
    cubes = Lake(lake).cubes
    published = current(cubes)
    if published is None:
        raise SystemExit(f"no cube in {cubes}")
    cube = Recorder(cubes, published, of_facts=of_facts)
    source = CubeSource(lake)
    source.newest = lambda: cube  # type: ignore[method-assign]
    with served(source, lake) as address:
        connection = connected(address)
        for visit in visits(address, searches())[::each]:
            visit.make(connection)
    return cube.asked


@contextmanager
def served(source: CubeSource, lake: Path) -> Iterator[str]:
    """The application in a thread of this process."""
    listening = serving.listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(create_app(source, Settings(lake=lake)), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield serving.address(listening)
    server.should_exit = True
    thread.join(10)


def timed(con: duckdb.DuckDBPyConnection, asked: Sequence[Asked], clients: int) -> tuple[Times, float]:
    """Wall time of each query with so many clients at once, and CPU milliseconds of one on average."""

    def ask(one: Asked) -> float:
        begin = time.perf_counter()
        with con.cursor() as cursor:
            cursor.sql(one[0], params=one[1]).to_arrow_table()
        return (time.perf_counter() - begin) * 1000

    shuffled = random.Random(1).sample(list(asked), len(asked))
    cpu = time.process_time()
    with ThreadPoolExecutor(clients) as threads:
        ms = tuple(threads.map(ask, shuffled))
    return Times(ms), (time.process_time() - cpu) * 1000 / len(asked)


def over_parquet(cube: Path, folder: Path) -> duckdb.DuckDBPyConnection:
    """The cube's tables as views of Parquet files, which are written first."""
    con = duckdb.connect()
    con.execute(f"ATTACH {quoted(str(cube))} AS live (READ_ONLY)")
    names = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'live'").fetchall()
    for (name,) in names:
        file = quoted(str(folder / f"{name}.parquet"))
        con.execute(f'COPY live."{name}" TO {file} (COMPRESSION zstd)')
        con.execute(f'CREATE VIEW "{name}" AS FROM read_parquet({file})')
    return con


def queries(lake: Path, folder: Path, each: int) -> list[str]:
    """Markdown: the pages' queries of roll-ups, of plain tables, and of Parquet, with one client and with several."""
    published = current(Lake(lake).cubes)
    assert published is not None
    cube = Lake(lake).cubes / published.file
    by_rollup, by_fact = (recorded(lake, of_facts=of_facts, each=each) for of_facts in (False, True))
    lines = [
        "| asked | clients | p50 ms | p95 ms | largest | CPU ms a query |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    native = duckdb.connect(str(cube), read_only=True)
    for name, con, asked in (
        ("roll-ups, chosen by the query layer", native, by_rollup),
        ("plain native tables", native, by_fact),
        ("Parquet", over_parquet(cube, folder), by_fact),
    ):
        for clients in (1, CLIENTS):
            times, cpu_ms = timed(con, asked, clients)
            lines.append(f"| {name} | {clients} | {times} | {cpu_ms:.1f} |")
    return [f"{len(by_rollup):,} queries of the pages, none of them answered from memory.", "", *lines]


def pages(lake: Path, each: int) -> list[str]:
    """Markdown: whole pages over HTTP with several clients: first when nothing was asked yet, then once more."""
    command = [sys.executable, "-m", "htc_ledger", "serve", "--port", "0", "--lake", str(lake)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[2]
        try:
            chosen = visits(address, searches())[::each]
            lines = ["| pages | clients | p50 ms | p95 ms | largest |", "| --- | ---: | ---: | ---: | ---: |"]
            lines += [f"| {name} | {CLIENTS} | {_visited(address, chosen)} |" for name in ("first time", "once more")]
        finally:
            server.terminate()
    return [f"{len(chosen)} pages, each with all of its callbacks.", "", *lines]


def _visited(address: str, chosen: Sequence[Visit]) -> Times:
    kept = threading.local()

    def make(visit: Visit) -> float:
        if not hasattr(kept, "connection"):
            kept.connection = connected(address)
        begin = time.perf_counter()
        visit.make(kept.connection)
        return (time.perf_counter() - begin) * 1000

    with ThreadPoolExecutor(CLIENTS) as clients:
        return Times(tuple(clients.map(make, random.Random(2).sample(list(chosen), len(chosen)))))


def serving_pages(lake: Path, each: int) -> list[str]:
    """Markdown: rows of the cube, queries, pages."""
    published = current(Lake(lake).cubes)
    assert published is not None
    with duckdb.connect(str(Lake(lake).cubes / published.file), read_only=True) as con:
        sizes = (
            "SELECT table_name, estimated_size FROM duckdb_tables() WHERE list_contains(?, table_name) ORDER BY 2 DESC"
        )
        rows = con.execute(sizes, [["charge", "usage_day", "waste_day", *sorted(MADE_TO_SERVE)]]).fetchall()
    shown = {"charge", "usage_day", "waste_day", *MADE_TO_SERVE}
    said = ", ".join(f"`{name}` {count:,}" for name, count in rows if name in shown)
    head = f"A cube of one made-up year. Rows: {said}."
    with TemporaryDirectory() as folder:
        return [
            "## The dashboard's questions",
            "",
            head,
            "",
            *queries(lake, Path(folder), each),
            "",
            *pages(lake, each),
        ]


def made_year(lake: Path, jobs: int) -> None:
    """A lake of so many jobs of a year, and its cube."""
    write_year(Lake(lake), jobs)
    publish(Lake(lake), Settings(lake=lake), lambda step: None)


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.serving", description=__doc__)
    parser.add_argument("--jobs", type=int, default=3_000_000, help="3,000,000 make 4.5 million rows of usage.")
    parser.add_argument("--lake", type=Path, help="A lake that has its cube, instead of one that is made.")
    parser.add_argument("--each", type=int, default=7, help="Visit every seventh page, or another share.")
    asked = parser.parse_args()
    with TemporaryDirectory() as name:
        made = Path(name) / "lake"
        if asked.lake is None:
            made_year(made, asked.jobs)
        found = serving_pages(asked.lake or made, asked.each)
    Console().print("\n".join(found), highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
