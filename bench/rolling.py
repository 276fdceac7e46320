"""Core hours by day, project and site, each attempt split at midnights: our model's SQL beside pandas and polars.

`python -m bench.rolling WAY ATTEMPTS.parquet` runs one of the ways, on one core; they must agree to the second.
"""

import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb

from bench.stopwatch import Contender, Timing, race
from collectors.simulate.plan import DAY_S
from pipeline import calendar
from pipeline.lake import Lake, quoted
from pipeline.publish import current
from pipeline.rules import model_sql
from pipeline.workbench import add_days, prepare

KEY = ["day_index", "project", "site"]
_ATTEMPTS = """
    SELECT
        pool, ap, job_id, attempt_id, project, site, resource, "user", outcome, venue, start_utc, end_utc, wall_s,
        cpu_used_us, cores_milli, gpus, memory_mib
    FROM attempt
    WHERE wall_s IS NOT NULL
"""


def by_model(attempts: Path) -> dict[str, int]:
    """The model `charge`, all of its columns, then the sums."""
    with duckdb.connect(config={"threads": 1, "preserve_insertion_order": False}) as con:
        prepare(con, "UTC")
        con.execute("CREATE TABLE calendar (day_index BIGINT PRIMARY KEY, day DATE, start_utc BIGINT, end_utc BIGINT)")
        span = f"SELECT min(start_utc) // {DAY_S}, max(end_utc) // {DAY_S} FROM read_parquet({quoted(str(attempts))})"
        ((first, last),) = con.execute(span).fetchall()
        epoch = date(1970, 1, 1)
        add_days(con, calendar.days(epoch + timedelta(days=first), epoch + timedelta(days=last), "UTC"))
        con.execute(f"CREATE VIEW attempt AS FROM read_parquet({quoted(str(attempts))})")
        nothing = "attempt_id, memory_mib AS memory_used_mib, memory_mib AS gpus_used_milli"
        con.execute(f"CREATE TABLE phase AS SELECT {nothing} FROM attempt LIMIT 0")
        con.execute(
            "CREATE TABLE residual AS SELECT pool, ap, job_id, project AS global_job_id, start_utc, end_utc, "
            "wall_s AS charged_s FROM attempt LIMIT 0"
        )
        con.execute("CREATE TABLE job AS SELECT *, project AS global_job_id FROM attempt LIMIT 0")
        con.execute(f"CREATE TABLE charge AS {model_sql('charge')}")
        found = con.execute(
            "SELECT count(*), sum(s) FROM (SELECT sum(mcore_s) AS s FROM charge GROUP BY day, project, site)"
        ).fetchall()[0]
    return {"rows": found[0], "mcore_s": int(found[1])}


def by_duckdb(attempts: Path) -> dict[str, int]:
    """A row a day by `unnest(range())`, as the model does it, then the sums: of those five columns alone."""
    with duckdb.connect(config={"threads": 1, "preserve_insertion_order": False}) as con:
        ((rows, mcore_s),) = con.execute(
            f"""
            SELECT count(*), sum(mcore_s)
            FROM (
                SELECT
                    day_index,
                    project,
                    site,
                    sum(
                        (least(end_utc, (day_index + 1) * {DAY_S}) - greatest(start_utc, day_index * {DAY_S}))
                        * cores_milli
                    ) AS mcore_s
                FROM (
                    SELECT
                        *,
                        greatest(end_utc - 1, start_utc) // {DAY_S} AS last_day,
                        unnest(range(start_utc // {DAY_S}, last_day + 1)) AS day_index
                    FROM read_parquet({quoted(str(attempts))})
                )
                GROUP BY ALL
            )
            """
        ).fetchall()
    return {"rows": rows, "mcore_s": int(mcore_s)}


def by_pandas(attempts: Path) -> dict[str, int]:
    """A row a day by `repeat`, then the sums: of those five columns alone."""
    import numpy as np
    import pandas as pd

    rows = pd.read_parquet(attempts, columns=["start_utc", "end_utc", "cores_milli", "project", "site"])
    first, last = rows["start_utc"] // DAY_S, (rows["end_utc"] - 1).clip(lower=rows["start_utc"]) // DAY_S
    days = (last - first + 1).to_numpy()
    split = rows.loc[rows.index.repeat(days)]
    split["day_index"] = (
        np.repeat(first.to_numpy(), days) + np.arange(days.sum()) - np.repeat(days.cumsum() - days, days)
    )
    begin, end = split["day_index"] * DAY_S, (split["day_index"] + 1) * DAY_S
    seconds = np.minimum(split["end_utc"], end) - np.maximum(split["start_utc"], begin)
    split["mcore_s"] = seconds * split["cores_milli"]
    found = split.groupby(KEY, observed=True)["mcore_s"].sum()
    return {"rows": len(found), "mcore_s": int(found.sum())}


def by_polars(attempts: Path) -> dict[str, int]:
    """A row a day by `explode`, then the sums: of those five columns alone."""
    import polars as pl

    found = (
        pl.scan_parquet(attempts)
        .select("start_utc", "end_utc", "cores_milli", "project", "site")
        .with_columns(
            day_index=pl.int_ranges(
                pl.col("start_utc") // DAY_S, pl.max_horizontal(pl.col("end_utc") - 1, "start_utc") // DAY_S + 1
            )
        )
        .explode("day_index")
        .with_columns(
            mcore_s=(
                pl.min_horizontal("end_utc", (pl.col("day_index") + 1) * DAY_S)
                - pl.max_horizontal("start_utc", pl.col("day_index") * DAY_S)
            )
            * pl.col("cores_milli")
        )
        .group_by(KEY)
        .agg(pl.col("mcore_s").sum())
        .collect()
    )
    return {"rows": found.height, "mcore_s": int(found["mcore_s"].sum())}


WAYS: dict[str, Callable[[Path], dict[str, int]]] = {
    "model": by_model,
    "duckdb": by_duckdb,
    "pandas": by_pandas,
    "polars": by_polars,
}
LABELS = {
    "model": "`charge`, with all of its 23 columns",
    "duckdb": "DuckDB, five columns",
    "pandas": "pandas, five columns",
    "polars": "polars, five columns",
}


def rolling(lake: Path, folder: Path, runs: int) -> list[str]:
    """Markdown: attempts per CPU second of each way, over the attempts of that lake's cube."""
    published = current(Lake(lake).cubes)
    assert published is not None
    attempts = folder / "attempts.parquet"
    with duckdb.connect(str(Lake(lake).cubes / published.file), read_only=True) as con:
        con.execute(f"COPY ({_ATTEMPTS}) TO {quoted(str(attempts))}")
        ((count,),) = con.execute(f"SELECT count(*) FROM ({_ATTEMPTS})").fetchall()
    _agree(attempts)
    one_core = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    timings = race(
        [Contender(LABELS[way], [sys.executable, "-m", "bench.rolling", way, str(attempts)], one_core) for way in WAYS],
        runs,
    )
    return [
        f"## The daily split: {count:,} attempts to core hours by day, project and site",
        "",
        "On one core. The model also spreads CPU time, memory and GPUs over the days, and writes each charge down.",
        "",
        "| way | CPU s | attempts per CPU second | peak memory MiB |",
        "| --- | ---: | ---: | ---: |",
        *(_row(timing, count) for timing in timings),
    ]


def _agree(attempts: Path) -> None:
    """In processes of their own: what this one takes would count as theirs. Raises SystemExit where they differ."""
    words = [[sys.executable, "-m", "bench.rolling", way, str(attempts)] for way in WAYS]
    said = {
        way: subprocess.run(command, check=True, capture_output=True, text=True).stdout
        for way, command in zip(WAYS, words, strict=True)
    }
    if len(set(said.values())) > 1:
        raise SystemExit(f"the ways do not agree: {said}")


def _row(timing: Timing, count: int) -> str:
    return f"| {timing.name} | {timing.cpu_s:.2f} | {count / timing.cpu_s:,.0f} | {timing.peak_mib:,.0f} |"


if __name__ == "__main__":
    sys.stdout.write(f"{WAYS[sys.argv[1]](Path(sys.argv[2]))}\n")
