"""Lake, cube, collectors and settings as they are now -> one `Status`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from pipeline.completeness import Freshness
from pipeline.cube import Cube, PoolInfo
from pipeline.errors import CubeMissing
from pipeline.lake import Lake, scan
from pipeline.lake_errors import lake_errors
from pipeline.publish import Published
from pipeline.schema import REJECT, TABLES
from pipeline.settings import Settings, config_path
from pipeline.state import DataState
from pipeline.status.sources import SourceStatus, source_states
from pipeline.status.writing import WriteState, write_state
from pipeline.viewer import LOCAL

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class TableStatus:
    """One table of the lake."""

    name: str
    rows: int
    version: int
    grain: str


@dataclass(frozen=True)
class PoolStatus:
    """One pool: its days with usage, its badge over all of them, and how new what is known of it is."""

    pool: PoolInfo
    state: DataState
    freshness: Freshness


@dataclass(frozen=True)
class CubeStatus:
    """What is published. `unpublished` names the tables that have newer versions than the cube was made of."""

    published: Published
    unpublished: tuple[str, ...]
    pools: tuple[PoolStatus, ...]
    incomplete: Rows
    missing_jobs: Rows


@dataclass(frozen=True)
class Status:
    """All that `status` tells. `cube` is None where nothing is published; `without_cube` then says what to do."""

    lake: str
    writing: WriteState
    sources: list[SourceStatus]
    cube: CubeStatus | None
    without_cube: str | None
    rejects: Rows
    tables: list[TableStatus]
    config: str
    settings: list[tuple[str, str, str]]


def gather(settings: Settings, now: datetime, zone: str | None = None) -> Status:
    """The state of everything, with days of that zone (None: of the ledger's own).

    Raises LakeError where there is no lake, or it cannot be read, and UsageError for a zone that the cube has not.
    """
    lake = Lake(settings.lake)
    lake.require()
    cube, without = None, None
    try:
        cube = _cube(lake, settings, now, zone)
    except CubeMissing as missing:
        without = f"{missing.what}. {missing.hint}"
    return Status(
        lake=str(lake.root),
        writing=write_state(lake.root),
        sources=source_states(lake.root, now),
        cube=cube,
        without_cube=without,
        rejects=_rejects(lake),
        tables=[
            TableStatus(table.name, lake.count(table), lake.snapshot(table).version, table.grain) for table in TABLES
        ],
        config=str(config_path()),
        settings=[
            (name, str(getattr(settings, name)), field.description or "")
            for name, field in type(settings).model_fields.items()
        ],
    )


def _cube(lake: Lake, settings: Settings, now: datetime, zone: str | None) -> CubeStatus:
    cube = Cube.open(lake.root, zone)
    pools = cube.pools(LOCAL)
    names = tuple(pool.name for pool in pools)
    published = cube.published
    behind = [table.name for table in TABLES if lake.snapshot(table).version != published.tables.get(table.name)]
    return CubeStatus(
        published=published,
        unpublished=tuple(behind),
        pools=tuple(
            PoolStatus(
                pool,
                cube.state((pool.name,), LOCAL, now, settings.stale_after_h, *_days(pool)),
                cube.freshness((pool.name,), LOCAL),
            )
            for pool in pools
        ),
        incomplete=cube.incomplete(names, LOCAL).to_pylist(),
        missing_jobs=cube.missing_jobs(names, LOCAL).to_pylist(),
    )


def _days(pool: PoolInfo) -> tuple[date | None, date | None]:
    """The days that are asked about: from the first one with usage on, what came before is nobody's question."""
    return pool.first_day, None


def _rejects(lake: Lake) -> Rows:
    """Rejected records by rule, most first, with the newest one's reason: of the lake itself, published or not."""
    snapshot = lake.snapshot(REJECT)
    if not snapshot.files:
        return []
    sql = f"""
        SELECT rule, count(*) AS records, arg_max(reason, coalesce(read_utc, 0)) AS reason
        FROM {scan(REJECT, "$files")}
        GROUP BY ALL ORDER BY records DESC, rule
    """
    with lake_errors(f"table {REJECT.name} cannot be read"), duckdb.connect() as con:
        rows: Rows = con.sql(sql, params={"files": list(snapshot.files)}).to_arrow_table().to_pylist()
        return rows
