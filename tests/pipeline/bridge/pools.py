"""Random pools as lake rows: evictions, lost runs, forgotten time, jobs over midnight, told twice, without an end."""

from typing import Any

from hypothesis import strategies as st

from tests.pipeline.ledger_rows import MIDNIGHT

HOUR = 3600
SITES = ("Alpha", "Beta", None)
PROJECTS = ("A", "B", None)
CORES = (1000, 2000, 1500, None)
Row = dict[str, Any]


@st.composite
def one_job(draw: st.DrawFn, cluster: int) -> tuple[list[Row], list[Row]]:
    """Final ads (none, one or two) and records of one job's runs."""
    start = MIDNIGHT + draw(st.integers(-30, 40)) * HOUR + draw(st.integers(0, 59))
    project = draw(st.sampled_from(PROJECTS))
    same = {
        "pool": "pool",
        "ap": "ap1.pool.test",
        "global_job_id": f"ap1.pool.test#{cluster}.0#{start}",
        "cluster": cluster,
        "proc": 0,
        "universe": draw(st.sampled_from((5, 5, 5, 5, 7, 12))),
        "user": "ann@pool.test",
        "submit_utc": start - 60,
    }
    when, ran, records = start, 0, []
    count = draw(st.integers(1, 3))
    for run in range(count):
        took = draw(st.integers(0, 30 * HOUR))
        record: Row = same | {
            "run_instance": run,
            "record_type": "EPOCH",
            "project": draw(st.sampled_from((project, project, "C"))),
            "site": draw(st.sampled_from(SITES)),
            "cpus_milli": draw(st.sampled_from(CORES)),
            "start_utc": when,
            "write_utc": when + took,
            "vacate_code": None if run == count - 1 else 1022,
            "exit_code": 0,
        }
        if draw(st.integers(0, 5)) == 0:
            record |= {"record_type": "SPAWN", "write_utc": when, "shadow_start_utc": when, "start_utc": None}
        else:
            ran += took
        records.append(record)
        when += took + 10
    if draw(st.integers(0, 5)) == 0:
        return [], records
    wall = max(ran + draw(st.sampled_from((0, 0, 1, -1, 500, -500, 40_000))), 0)
    is_removed = draw(st.integers(0, 4)) == 0
    final = same | {
        "project": project,
        "site": draw(st.sampled_from(SITES)),
        "status": 3 if is_removed else 4,
        "exit_code": None if is_removed else 0,
        "first_start_utc": start,
        "start_utc": records[-1]["start_utc"],
        "completion_utc": None if is_removed else when,
        "status_utc": when,
        "shadow_starts": count,
        "wall_s": None if draw(st.integers(0, 9)) == 0 else wall,
        "cpus_milli": draw(st.sampled_from(CORES)),
        "request_cpus_milli": draw(st.sampled_from((1000, None))),
    }
    if draw(st.integers(0, 4)) == 0:
        later = when + draw(st.sampled_from((5, 20 * HOUR)))
        again = {"status_utc": later, "completion_utc": None if is_removed else later, "wall_s": 0}
        return [final, final | again], records
    return [final], records


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """Final ads and run records of a pool."""
    jobs = [draw(one_job(cluster)) for cluster in range(1, draw(st.integers(3, 12)))]
    return [ad for finals, _ in jobs for ad in finals], [record for _, records in jobs for record in records]
