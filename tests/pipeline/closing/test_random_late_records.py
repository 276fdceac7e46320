"""Random records that come after the closing: the causes add up to the difference, and the closed month stays."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.closing.closed_cube import ClosedCube
from pipeline.cube import Cube
from pipeline.export import to_csv
from pipeline.lake import Lake
from pipeline.query import BOOKINGS, UsageQuery
from pipeline.schema import ATTEMPT_RECORD, JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.copied_lake import copied
from tests.pipeline.closing.closable import (
    OCTOBER,
    READ,
    append,
    build,
    difference,
    epoch,
    october_job,
)

PROJECTS = st.sampled_from(["A", "B", "C", None])
RECORDS = st.fixed_dictionaries(
    {
        "is_final": st.booleans(),
        "cluster": st.integers(1, 6),  # 1 to 3 are there at the closing
        "day": st.integers(1, 31),
        "hours": st.integers(0, 100),
        "project": PROJECTS,
        "run": st.integers(0, 2),
        "cores": st.sampled_from([1000, 2000, 500, None]),
        "site": st.sampled_from(["Alpha", "Beta", None]),
    }
)
BATCHES = st.lists(st.lists(RECORDS, min_size=1, max_size=6), min_size=1, max_size=2)
KNOWN = {1: 5, 2: 6, 3: 31}


def write(lake: Lake, batch: list[dict[str, Any]], first_id: int) -> None:
    for number, said in enumerate(batch, start=first_id):
        cluster = said["cluster"]
        more = {
            "record_id": number,
            "offset_bytes": number,
            "project": said["project"],
            "cpus_milli": said["cores"],
            "site": said["site"],
            "global_job_id": october_job(cluster, KNOWN.get(cluster, 10), 1)["global_job_id"],
        }
        if said["is_final"]:
            append(lake, JOB, october_job(cluster, said["day"], said["hours"], **more), read_utc=READ + 10**6)
        else:
            row = epoch(cluster, said["day"], said["hours"], said["run"], **more)
            append(lake, ATTEMPT_RECORD, row, read_utc=READ + 10**6)


def live_total(cube: Cube, booking: str) -> dict[str, int]:
    query = UsageQuery(("project",), ("wall_s",), OCTOBER.first, OCTOBER.last, booking=booking)  # type: ignore[arg-type]
    return {row["project"]: row["wall_s"] or 0 for row in cube.usage(query, LOCAL).to_pylist()}


def as_closed(lake: Lake) -> list[bytes]:
    cube = ClosedCube.find(lake, "2026-10")
    metrics = ("cpu_h", "wall_s", "cpu_efficiency", "jobs", "attempts")
    return [to_csv(cube.usage(UsageQuery(("day", "project", "site"), metrics, booking=b), LOCAL)) for b in BOOKINGS]


@given(batches=BATCHES)
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example takes seconds: too slow to shrink
    suppress_health_check=[HealthCheck.too_slow],
)
def test_causes_add_up_to_the_difference_and_the_closed_month_stays(
    closed_lake: Lake, batches: list[list[dict[str, Any]]]
) -> None:
    with TemporaryDirectory() as name:
        lake = copied(closed_lake, Path(name) / "lake")
        chosen = Settings(lake=lake.root)
        published = as_closed(lake)
        first = {booking: live_total(Cube.open(lake.root), booking) for booking in BOOKINGS}
        for number, batch in enumerate(batches, start=1):
            write(lake, batch, 100 * number)
            cube = build(lake, chosen)
            for booking in BOOKINGS:
                found = difference(lake, chosen, booking=booking).rows.to_pylist()
                now = live_total(cube, booking)
                changed = {row["project"]: 0 for row in found}
                for row in found:
                    assert row["cause"] in {"late", "corrected"}
                    changed[row["project"]] += row["wall_s_difference"]
                for project in now.keys() | first[booking].keys() | changed.keys():
                    before, after = first[booking].get(project, 0), now.get(project, 0)
                    assert changed.get(project, 0) == after - before
        assert as_closed(lake) == published
