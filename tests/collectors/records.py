"""Records for tests of the way in: small, written by hand, in HTCondor's own file format."""

import re
from collections.abc import Callable
from pathlib import Path

from collectors.bounds import Limits
from collectors.classads.ad import WantedNames, parse_text
from collectors.classads.banner import Banner
from collectors.classads.values import Reading, Value
from collectors.classads.writer import HistoryChain
from collectors.kinds import wanted_names
from collectors.rows import Origin, Outcome, Row, RowMaker
from pipeline.lake import Lake
from pipeline.schema import JOB, TABLES, Table

START = 1_793_491_200
"""2026-11-01 00:00 UTC."""
NAMES = WantedNames(wanted_names())
LIMITS = Limits(now_utc=START + 30 * 86_400, largest_slot_cpus=4096)


def job_ad(cluster: int, proc: int = 0, ap: str = "ap1.example.org", *more: str) -> str:
    """The final ad of a job that ran for 100 s on one core; `more` lines come last, so that they win."""
    lines = [
        'MyType = "Job"',
        f"ClusterId = {cluster}",
        f"ProcId = {proc}",
        f'GlobalJobId = "{ap}#{cluster}.{proc}#{START}"',
        'Owner = "ann"',
        f"QDate = {START}",
        "JobStatus = 4",
        "NumShadowStarts = 1",
        f"JobCurrentStartDate = {START + 10}",
        f"CompletionDate = {START + 110}",
        f"EnteredCurrentStatus = {START + 110}",
        "RemoteWallClockTime = 100.0",
        "RequestCpus = 1",
        *more,
    ]
    return "\n".join(lines) + "\n"


def epoch_ad(cluster: int, run: int, *more: str) -> str:
    """The ad of a run that took 50 s; without its banner."""
    return job_ad(cluster, 0, "ap1.example.org", "JobStatus = 2", f"RunInstanceID = {run}", *more) + (
        f"EpochWriteDate = {START + 60}\n"
    )


def history(*ads: str) -> bytes:
    """A history file of those ads, each with its banner."""
    chain = HistoryChain()
    clusters = [int(re.findall(r"ClusterId = (\d+)", ad)[-1]) for ad in ads]
    return b"".join(
        chain.record(ad, cluster, 0, "ann", START + 110, START + 110) for ad, cluster in zip(ads, clusters, strict=True)
    )


def write(path: Path, content: bytes | str) -> Path:
    """A file with that content."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def value_of(text: str, column: str, table: Table = JOB) -> Value:
    """What the reader makes of an ad, for one column."""
    reading = Reading(table)
    return reading.read(parse_text(text.encode("utf-8", "surrogateescape"), NAMES))[reading.position[column]]


def outcome(
    text: str,
    banner: Banner | None = None,
    ap: str | None = None,
    pool: str | None = None,
    aps: Callable[[], frozenset[str]] = frozenset,
) -> Outcome:
    """What comes of one text record."""
    origin = Origin("source", ap, pool, "pool", START, aps)
    return RowMaker(LIMITS).rows(parse_text(text.encode(), NAMES), banner, origin, 0)


def only_row(found: Outcome) -> dict[str, Value]:
    """The one row of an outcome, by column name."""
    assert isinstance(found, list), found
    (row,) = found
    return by_name(row)


def by_name(row: Row) -> dict[str, Value]:
    return dict(zip([column.name for column in row.table.columns], row.values, strict=True))


def contents(lake: Lake) -> dict[str, list[dict[str, object]]]:
    """All rows of a lake in a stable order, without the moments at which they were read."""
    found = {}
    for table in TABLES:
        rows = [{k: v for k, v in row.items() if k != "read_utc"} for row in lake.read(table).to_pylist()]
        found[table.name] = sorted(rows, key=lambda row: row["record_id"])
    return found
