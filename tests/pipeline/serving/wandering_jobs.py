"""A lake of jobs that are hard to count: several days, sites, users and projects, renamed while they ran.

Deterministic: drawn from a seed.
"""

from random import Random
from typing import Any

from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, JOB, METADATA, SOURCE_FILE
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows, source_file

DAY = 86_400
DAYS = 40
FIRST_DAY = MIDNIGHT // DAY


def write(lake: Lake, jobs: int = 250) -> None:
    """Two pools' jobs of one to four runs each, and names that stand for others from a day on."""
    draw = Random(20261121)
    lake.create()
    finals, runs = [], []
    for number in range(1, jobs + 1):
        final, its = _wanderer(draw, number)
        runs += its
        if final is not None:
            finals.append(final)
    lake.writer(JOB).append(rows(JOB, *finals), {"finals": 1})
    lake.writer(ATTEMPT_RECORD).append(rows(ATTEMPT_RECORD, *runs), {"runs": 1})
    lake.writer(METADATA).append(rows(METADATA, *_names()), {"names": 1})
    files = [source_file(pool, f"ap1.{pool}") for pool in ("north", "south")]
    lake.writer(SOURCE_FILE).append(rows(SOURCE_FILE, *files), {"files": 1})


def _wanderer(draw: Random, number: int) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The final ad (None: it runs still) and the ads of its runs, some of which are missing: a residual."""
    pool = draw.choice(["north", "north", "south"])
    ap = f"ap{draw.randint(1, 2)}.{pool}"
    start = MIDNIGHT + draw.randrange(DAYS * DAY)
    base = job(pool, ap, number, start, start + 60, project=draw.choice("ABCD"), user=f"u{draw.randint(1, 4)}@x")
    base |= {"universe": draw.choice([5, 5, 5, 5, 7]), "gpus": draw.choice([0, 0, 1])}
    runs, at, count = [], start, draw.choice([1, 1, 1, 2, 3, 4])
    for run in range(count):
        wall = draw.choice([draw.randrange(4_000), draw.randrange(3 * DAY)])
        runs.append(base | _run(draw, run, at, wall, is_last=run == count - 1))
        at += wall + draw.choice([300, DAY, 2 * DAY])
    end = runs[-1]["write_utc"]
    final = base | {key: runs[-1][key] for key in ("site", "resource", "start_utc", "project")}
    final |= {"completion_utc": end, "status_utc": end, "shadow_starts": count, "exit_code": draw.choice([0, 0, 1])}
    final |= {"wall_s": sum(each["write_utc"] - each["start_utc"] for each in runs) + draw.choice([0, 0, 50])}
    kept = [run for run in runs if draw.random() < 0.95]
    return (final if draw.random() < 0.95 else None), kept


def _run(draw: Random, run: int, start: int, wall: int, *, is_last: bool) -> dict[str, Any]:
    site = draw.choice(["Alpha", "Alpha", "Beta", "Gamma", None])
    said = {"run_instance": run, "record_type": "EPOCH", "start_utc": start, "write_utc": start + wall, "site": site}
    said |= {"resource": draw.choice([None, f"{site}-CE1", f"{site}-CE2"]) if site else None}
    said |= {"cpu_user_us": draw.choice([None, 1_000_000 * wall])}
    if draw.random() < 0.1:  # edited in the queue
        said |= {"project": draw.choice("ABCD"), "user": f"u{draw.randint(1, 4)}@x"}
    return said | ({"exit_code": 0} if is_last else {"vacate_code": 1022, "exit_code": None})


def _names() -> list[dict[str, Any]]:
    """Project B is A from day 10 to 20, sites Beta and Gamma are of one facility, Gamma is Alpha from day 15 on."""
    said: list[dict[str, Any]] = [
        {"kind": "project", "name": name, "institution_id": f"i{name in 'AB'}"} for name in "ABC"
    ]
    said += [{"kind": "institution", "name": f"i{known}", "title": f"Institution {known}"} for known in (True, False)]
    said += [{"kind": "alias", "of_kind": "project", "name": "B", "target": "A"} | _days(10, 20)]
    said += [{"kind": "alias", "of_kind": "site", "name": "Gamma", "target": "Alpha"} | _days(15, None)]
    said += [{"kind": "site", "name": "Alpha", "facility": "Hill"} | _days(0, 25)]
    said += [{"kind": "site", "name": name, "facility": "Lake"} for name in ("Beta", "Gamma")]
    said += [{"kind": "user", "name": f"u{number}@x", "person": "Ada"} | _days(number, 30) for number in (1, 2)]
    return [row | {"source": "own", "basis": "file", "imported_utc": MIDNIGHT} for row in said]


def _days(first: int, last: int | None) -> dict[str, Any]:
    return {"valid_from": FIRST_DAY + first, "valid_to": None if last is None else FIRST_DAY + last}
