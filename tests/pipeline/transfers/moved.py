"""Transfer records for tests: rows of the lake, random ones and what plain Python makes of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import strategies as st

from tests.pipeline.ledger_rows import MIDNIGHT

DAY_S = 86_400
Row = dict[str, Any]
HOSTILE = ("<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "abc\u202egnp.exe", "'; DROP TABLE file_moved; --")


def record(run: int, index: int | None, day: int = 0, **more: Any) -> Row:
    """A file of an INPUT record of job `run`, each of one run, whose records were written at noon."""
    return {
        "pool": "p",
        "ap": "ap1",
        "global_job_id": f"ap1#{run}.0#5",
        "cluster": run,
        "proc": 0,
        "run_instance": 0,
        "record_type": "INPUT",
        "write_utc": MIDNIGHT + day * DAY_S + DAY_S // 2,
        "file_index": index,
        "user": "ann@x",
        "read_utc": 1,
        "at_ce": False,
    } | more


FILES = st.fixed_dictionaries(
    {
        "run": st.integers(1, 6),
        "day": st.integers(0, 2),
        "record_type": st.sampled_from(("INPUT", "OUTPUT")),
        "url": st.sampled_from((None, "osdf:///a", "osdf:///b", "https://c", *HOSTILE)),
        "protocol": st.sampled_from((None, "osdf", "https")),
        "endpoint": st.sampled_from((None, "c1", "c2", HOSTILE[0])),
        "success": st.sampled_from((True, True, True, False, None)),
        "error": st.sampled_from((None, "no file 'x' of 7", "no file 'y' of 12", HOSTILE[0])),
        "file_bytes": st.sampled_from((None, 0, 5, 1000, 10**12)),
        "seconds": st.sampled_from((None, 0, 3)),
        "cache_age_us": st.sampled_from((None, 0, 7)),
    }
)


def rows(files: Iterable[Row]) -> list[Row]:
    """Rows of the lake, each of a record of its own place."""
    made = []
    for index, one in enumerate(files):
        named = {key: value for key, value in one.items() if key not in ("run", "day", "seconds")}
        start = MIDNIGHT
        times = {} if one["seconds"] is None else {"file_start_utc": start, "file_end_utc": start + one["seconds"]}
        made.append(record(one["run"], index, one["day"], **named, **times))
    return made


def result(one: Row) -> str:
    if one["success"] is not None:
        return "done" if one["success"] else "failed"
    return "failed" if one["error"] is not None else "unknown"


def total(values: Iterable[int | None]) -> int | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def grouped(files: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for one in files:
        found[key(one)].append(one)
    return dict(found)
