"""A lake of moved files for tests of the page Transfers: two projects at two sites, caches, failures, hostile texts.

In `campus` jobs fetch the same reference from two caches, and a chunk each from a web server; every ninth transfer
fails. In `hostile` addresses, servers and errors are what strangers wrote. `silent` ran jobs, and no plugin moved a
file of theirs.
"""

from pathlib import Path
from typing import Any

from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.schema import ATTEMPT_RECORD, JOB, SOURCE_FILE, TRANSFER, Table
from pipeline.settings import Settings
from tests.dashboard.made_lake import END, FORMULA, LINK, LONG, MARKUP, RIGHT_TO_LEFT, TEMPLATE
from tests.pipeline.ledger_rows import job, rows, source_file

POOL, HOSTILE, SILENT = "campus", "hostile", "silent"
DAY_S = 86_400
CACHES = ("cache1.test:8443", "cache2.test:8443")
SERVER = "files.test"
JOBS = 60
TEXTS = (MARKUP, LINK, FORMULA, RIGHT_TO_LEFT, TEMPLATE, LONG, "line\nbreak", " ")


def make(root: Path) -> Path:
    """Build the lake and publish its cube; the root is returned."""
    lake = Lake(root)
    lake.create()
    jobs = [_job(POOL, number) for number in range(JOBS)]
    hostile = [_job(HOSTILE, number, project=text, site=text) for number, text in enumerate(TEXTS)]
    silent = [_job(SILENT, 1)]
    _append(lake, JOB, *jobs, *hostile, *silent)
    _append(lake, ATTEMPT_RECORD, *(_epoch(one) for one in (*jobs, *hostile, *silent)))
    moved = [file for number, one in enumerate(jobs) for file in _files(one, number)]
    moved += [_moved(one, 0, text, text, text, error=text) for one, text in zip(hostile, TEXTS, strict=True)]
    moved += [_moved(one, 1, text, text, text) for one, text in zip(hostile, TEXTS, strict=True)]
    moved += [_moved(one, 2, text, text, text) for one, text in zip(hostile, TEXTS, strict=True)]
    _append(lake, TRANSFER, *moved)
    _append(lake, SOURCE_FILE, *(source_file(pool, f"ap1.{pool}") for pool in (POOL, HOSTILE, SILENT)))
    publish(lake, Settings(lake=root), lambda step: None)
    return root


def _append(lake: Lake, table: Table, *given: dict[str, Any]) -> None:
    lake.writer(table).append(rows(table, *given), {})


def _job(pool: str, number: int, **more: Any) -> dict[str, Any]:
    start = END - 20 * DAY_S + number * 21_000
    named: dict[str, Any] = {"project": f"P{number % 3}", "site": f"Site{number % 4}", "record_type": "JOB"}
    named |= {"bytes_received": 10**9, "bytes_sent": 5000}
    return job(pool, f"ap1.{pool}.test", number + 1, start, start + 7200, **(named | more))


def _epoch(one: dict[str, Any]) -> dict[str, Any]:
    """Its run: input was on its way for ten minutes, output for five."""
    start, end = one["start_utc"], one["completion_utc"]
    return one | {
        "record_type": "EPOCH",
        "run_instance": 0,
        "write_utc": end,
        "executing_utc": start + 600,
        "transfer_in_began_utc": start,
        "transfer_in_done_utc": start + 600,
        "transfer_out_began_utc": end - 300,
        "transfer_out_done_utc": end,
        "completion_utc": None,
    }


def _files(one: dict[str, Any], number: int) -> list[dict[str, Any]]:
    error = f"no answer from 10.0.0.{number}" if number % 9 == 0 else None
    age = 0 if number % 5 == 0 else 90_000_000
    shared = _moved(one, 0, "osdf:///ref.tar", "osdf", CACHES[number % 2], bytes=2 * 10**9, age=age)
    chunk = _moved(one, 1, f"https://files.test/chunk{number}", "https", SERVER, bytes=10**6 * number, error=error)
    return [shared, chunk]


def _moved(
    one: dict[str, Any],
    index: int,
    url: str,
    protocol: str,
    endpoint: str,
    *,
    bytes: int = 1000,  # noqa: A002 (as the column)
    age: int | None = None,
    error: str | None = None,
) -> dict[str, Any]:
    start = one["start_utc"]
    return {
        **{name: one[name] for name in ("pool", "ap", "global_job_id", "cluster", "proc", "user", "project")},
        "run_instance": 0,
        "record_type": "INPUT",
        "write_utc": start + 600,
        "file_index": index,
        "url": url,
        "direction": "download",
        "protocol": protocol,
        "endpoint": endpoint,
        "success": error is None,
        "error": error,
        "file_bytes": 0 if error else bytes,
        "moved_bytes": 0 if error else bytes,
        "file_start_utc": start,
        "file_end_utc": start + 20,
        "cache_age_us": age,
    }
